-- purpose: removes all that is stored of one actor, the documents it owns and the projections named.
--
-- KEYS[1] due: ZSET, address -> wake-up in epoch ms
-- KEYS[2] dead: ZSET, dead letter id -> its time in epoch ms; a letter's own key is this name, ":" and its id
-- KEYS[3] record: STRING
-- KEYS[4] marks: HASH, envelope id -> expiry in epoch ms, space, reply
-- KEYS[5] letters: SET of the ids of the actor's dead letters
-- KEYS[6] documents: ZSET, document -> its expiry in epoch ms
-- KEYS[7..] projections: any type
--
-- ARGV[1] address: the actor's address
-- ARGV[2] ownerPrefix: what precedes a document's key in the name of the note whose it is
-- ARGV[3] expected: the stamp that must be stored; "" = nothing stored; "any" = whatever is stored
--
-- reply -1: something else is stored, nothing was removed
-- reply count: how many keys existed: record, marks (as one), each dead letter, each document, each projection
--
-- complexity: O(marks + dead letters and documents of the actor + projections)

local address = ARGV[1]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local expected = ARGV[3]
if expected ~= 'any' then
  local stored = redis.call('GETRANGE', KEYS[3], 0, math.max(#expected, 1) - 1)
  if stored ~= expected then return -1 end
end

local removed = redis.call('DEL', KEYS[3])
redis.call('ZREM', KEYS[1], address)

local marks = redis.call('HGETALL', KEYS[4])
for i = 1, #marks, 2 do
  if marks[i] ~= '' and tonumber(string.match(marks[i + 1], '^%d+')) > now then
    removed = removed + 1
    break
  end
end
redis.call('DEL', KEYS[4])

for _, id in ipairs(redis.call('SMEMBERS', KEYS[5])) do
  local key = KEYS[2] .. ':' .. id
  -- An id may have been written again for another actor: then the letter is that actor's.
  if redis.call('GETRANGE', key, 0, #address) == address .. '\n' then
    removed = removed + redis.call('DEL', key)
    redis.call('ZREM', KEYS[2], id)
  end
end
redis.call('DEL', KEYS[5])

for _, key in ipairs(redis.call('ZRANGE', KEYS[6], 0, -1)) do
  -- A projection may have taken its place: then it is nobody's.
  if redis.call('GET', ARGV[2] .. key) == address then
    removed = removed + redis.call('DEL', key)
    redis.call('DEL', ARGV[2] .. key)
  end
end
redis.call('DEL', KEYS[6])

for i = 7, #KEYS do
  removed = removed + redis.call('DEL', KEYS[i])
  redis.call('DEL', ARGV[2] .. KEYS[i])
end
return removed
