-- purpose: reads which actors have a wake-up, earliest first, passing over those whose record has expired. Changes nothing.
--
-- KEYS[1] due: ZSET, address -> wake-up in epoch ms
--
-- ARGV[1] limit: actors answered at most
-- ARGV[2] recordPrefix: what precedes the address in the name of a record
--
-- reply waiting: array of address and wake-up in epoch ms, in turn
--
-- complexity: O(limit + expired records found on the way)

local limit = tonumber(ARGV[1])
local waiting = {}
local from = 0
while #waiting < limit * 2 do
  local page = redis.call('ZRANGE', KEYS[1], from, from + 99, 'WITHSCORES')
  if #page == 0 then break end
  for i = 1, #page, 2 do
    if #waiting < limit * 2 and redis.call('EXISTS', ARGV[2] .. page[i]) == 1 then
      waiting[#waiting + 1] = page[i]
      waiting[#waiting + 1] = page[i + 1]
    end
  end
  from = from + 100
end
return waiting
