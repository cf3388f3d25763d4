-- purpose: reads many records as of one moment. A key of another shape is told by itself and spoils no other.
--
-- KEYS[1..] records: STRING each, an actor's record
--
-- An array of one of these per key, in order:
-- reply nil: nothing is stored
-- reply text: the stored value
-- reply 0: the key has another shape
--
-- complexity: O(N) plus the bytes read

local values = {}
for i, key in ipairs(KEYS) do
  local value = redis.pcall('GET', key)
  values[i] = type(value) == 'table' and 0 or value
end
return values
