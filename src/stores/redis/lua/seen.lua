-- purpose: reads the stored reply of an envelope, unless its time is over.
--
-- KEYS[1] marks: HASH, envelope id -> expiry in epoch ms, space, reply
--
-- ARGV[1] id: envelope id
--
-- reply nil: not seen within its time
-- reply text: the first reply
--
-- complexity: O(1)

local mark = redis.call('HGET', KEYS[1], ARGV[1])
if not mark then return false end
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local space = string.find(mark, ' ', 1, true)
if tonumber(string.sub(mark, 1, space - 1)) <= now then return false end
return string.sub(mark, space + 1)
