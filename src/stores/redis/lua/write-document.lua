-- purpose: writes a document and notes whose it is, if its owner has a record. All reads come before the first write, so
--   that a key of a foreign type leaves nothing half-written.
--
-- KEYS[1] document: STRING afterwards, whatever it was before
-- KEYS[2] owner: STRING, address of the document's owner; expires with the document
-- KEYS[3] record: STRING, the owner's record
-- KEYS[4] documents: ZSET, document -> its expiry in epoch ms, inf = none; expires with the last of them
--
-- ARGV[1] address: the owner's address
-- ARGV[2] value: the document
-- ARGV[3] ttl: time to live of the document, ms ("" = none)
-- ARGV[4] documentsPrefix: what precedes the address in the name of an owner's documents
--
-- reply 0: the owner has no record, nothing was written
-- reply 1: written
--
-- complexity: O(log(documents of the owner)) for it and for each that has expired, plus the bytes written

local key, address, ttl = KEYS[1], ARGV[1], ARGV[3]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function ms(value) return string.format('%d', value) end

if redis.call('EXISTS', KEYS[3]) == 0 then return 0 end
local before = redis.call('GET', KEYS[2])
local left = before and before ~= address and ARGV[4] .. before
redis.call('ZCARD', KEYS[4])
if left then redis.call('ZCARD', left) end

local expireAt = 'inf'
if ttl == '' then
  redis.call('SET', key, ARGV[2])
  redis.call('SET', KEYS[2], address)
else
  expireAt = ms(now + tonumber(ttl))
  redis.call('SET', key, ARGV[2], 'PX', ttl)
  redis.call('SET', KEYS[2], address, 'PX', ttl)
end
if left then redis.call('ZREM', left, key) end
redis.call('ZADD', KEYS[4], expireAt, key)
redis.call('ZREMRANGEBYSCORE', KEYS[4], '-inf', '(' .. ms(now))

local last = redis.call('ZREVRANGE', KEYS[4], 0, 0, 'WITHSCORES')[2]
if last == 'inf' then redis.call('PERSIST', KEYS[4]) else redis.call('PEXPIREAT', KEYS[4], ms(tonumber(last))) end
return 1
