-- purpose: reads dead letters, newest first, and drops from the index those whose time is over.
--
-- KEYS[1] dead: ZSET, dead letter id -> its time in epoch ms; a letter's own key is this name, ":" and its id
--
-- ARGV[1] limit: letters answered at most
--
-- reply letters: array of the letters' values
--
-- complexity: O(limit + expired letters found on the way)

local limit = tonumber(ARGV[1])
local letters, expired = {}, {}
local from = 0
while #letters < limit do
  local ids = redis.call('ZREVRANGE', KEYS[1], from, from + 99)
  if #ids == 0 then break end
  for _, id in ipairs(ids) do
    local letter = redis.call('GET', KEYS[1] .. ':' .. id)
    if not letter then
      expired[#expired + 1] = id
    elseif #letters < limit then
      letters[#letters + 1] = letter
    end
  end
  from = from + #ids
end
for _, id in ipairs(expired) do redis.call('ZREM', KEYS[1], id) end
return letters
