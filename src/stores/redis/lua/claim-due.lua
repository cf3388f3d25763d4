-- purpose: hands out actors whose wake-up has passed, earliest first, and hides them for a while. A wake-up whose record
--   has expired is dropped instead.
--
-- KEYS[1] due: ZSET, address -> wake-up in epoch ms
--
-- ARGV[1] limit: actors handed out at most
-- ARGV[2] visibility: how long they are hidden, ms
-- ARGV[3] recordPrefix: what precedes the address in the name of a record
--
-- reply claim: array of now in epoch ms, wake-up of the next actor not handed out (-1 = none), then the addresses
--
-- complexity: O(limit * log(waiting actors))

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local limit = tonumber(ARGV[1])

local due = {}
if limit > 0 then due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, limit) end
local following = redis.call('ZRANGE', KEYS[1], #due, #due, 'WITHSCORES')
local reply = { now, following[2] and tonumber(following[2]) or -1 }
if #due == 0 then return reply end

local hidden = string.format('%d', now + tonumber(ARGV[2]))
local moved, orphans = {}, {}
for _, address in ipairs(due) do
  if redis.call('EXISTS', ARGV[3] .. address) == 1 then
    moved[#moved + 1] = hidden
    moved[#moved + 1] = address
    reply[#reply + 1] = address
  else
    orphans[#orphans + 1] = address
  end
end
for first = 1, #moved, 1000 do
  redis.call('ZADD', KEYS[1], unpack(moved, first, math.min(first + 999, #moved)))
end
for first = 1, #orphans, 1000 do
  redis.call('ZREM', KEYS[1], unpack(orphans, first, math.min(first + 999, #orphans)))
end
return reply
