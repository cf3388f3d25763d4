-- purpose: commits N actors, each on its own: record, wake-up, dedup mark, projections and dead letters together. All
--   types are checked before the first write, so that a key of a foreign type leaves nothing half-written; only KEYS[1] is
--   not, because it is written first.
--
-- KEYS[1] due: ZSET, address -> wake-up in epoch ms
-- KEYS[2] dead: ZSET, dead letter id -> its time in epoch ms; a letter's own key is this name, ":" and its id
-- KEYS[3..] per actor: record STRING; marks HASH; its projections; per letter: SET of its actor's letter ids
--
-- ARGV[1] actors: number of actors
-- ARGV[2] letterTtl: time to live of a dead letter, ms
-- ARGV[3] ownerPrefix: what precedes a key in the name of the note whose document it is; a projection is nobody's
-- ARGV[4..] per actor: address; expected stamp ("" = nothing stored); next value ("" = delete); bytes of the stamp it
--   begins with; ttl ms ("" = none); wake-up epoch ms ("" = none); mark id ("" = none); mark reply; mark ttl ms; number
--   of projections; number of letters; then the projections, see projections.lua; then per letter: id, time in epoch
--   ms, value
--
-- An array of one of these per actor, in order:
-- reply 0: Conflict, somebody else wrote in between
-- reply 1: Committed, now or by an earlier attempt of this turn
-- reply text: Duplicate, the first reply of the mark
--
-- complexity: O(N * log(waiting actors)) plus what projections.lua says, plus the bytes written

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function ms(value) return string.format('%d', value) end

redis.call('ZCARD', KEYS[2])
local replies, accepted = {}, {}
local k, a = 3, 4
for i = 1, tonumber(ARGV[1]) do
  local expected, value, markId = ARGV[a + 1], ARGV[a + 2], ARGV[a + 6]
  local stamp = string.sub(value, 1, tonumber(ARGV[a + 3]))
  local projections, letters = tonumber(ARGV[a + 9]), tonumber(ARGV[a + 10])
  local stored = redis.call('GETRANGE', KEYS[k], 0, math.max(#expected, #stamp, 1) - 1)
  local reply, marksExpireAt, accept = 0, false, false
  if stamp ~= '' and string.sub(stored, 1, #stamp) == stamp then
    reply = 1
  else
    if markId ~= '' then
      local found = redis.call('HMGET', KEYS[k + 1], markId, '')
      marksExpireAt = found[2]
      if found[1] then
        local space = string.find(found[1], ' ', 1, true)
        if tonumber(string.sub(found[1], 1, space - 1)) > now then reply = string.sub(found[1], space + 1) end
      end
    end
    local same = expected == '' and stored == '' or expected ~= '' and string.sub(stored, 1, #expected) == expected
    accept = reply == 0 and same
  end
  local l = a + 11
  for n = 1, projections do
    if accept then l = afterFitting(KEYS[k + 1 + n], l) else l = after(l) end
    if not l then return redis.error_reply('WRONGTYPE commit') end
  end
  if accept then reply, accepted[#accepted + 1] = 1, { k, a, l, projections, letters, marksExpireAt } end
  for n = 1, letters do redis.call('SCARD', KEYS[k + 1 + projections + n]) end
  replies[i] = reply
  k = k + 2 + projections + letters
  a = l + 3 * letters
end
if k ~= #KEYS + 1 or a ~= #ARGV + 1 then return redis.error_reply('TARDIGRADE_LAYOUT commit') end

local awake, asleep = {}, {}
for _, plan in ipairs(accepted) do
  local a = plan[2]
  if ARGV[a + 2] == '' or ARGV[a + 5] == '' then
    asleep[#asleep + 1] = ARGV[a]
  else
    awake[#awake + 1] = ARGV[a + 5]
    awake[#awake + 1] = ARGV[a]
  end
end
if #awake > 0 then redis.call('ZADD', KEYS[1], unpack(awake)) end
if #asleep > 0 then redis.call('ZREM', KEYS[1], unpack(asleep)) end

for _, plan in ipairs(accepted) do
  local k, a, l, projections, letters, marksExpireAt = unpack(plan)
  for n = 1, letters do
    local own = KEYS[k + 1 + projections + n]
    redis.call('ZADD', KEYS[2], ARGV[l + 1], ARGV[l])
    redis.call('SADD', own, ARGV[l])
    redis.call('PEXPIRE', own, ARGV[2])
    set(KEYS[2] .. ':' .. ARGV[l], ARGV[l + 2], ARGV[2])
    l = l + 3
  end
  -- Letters whose time is over leave the index: each new one looks at the oldest.
  for _, id in ipairs(letters > 0 and redis.call('ZRANGE', KEYS[2], 0, 7 + letters) or {}) do
    if redis.call('EXISTS', KEYS[2] .. ':' .. id) == 0 then redis.call('ZREM', KEYS[2], id) end
  end

  if ARGV[a + 2] == '' then redis.call('DEL', KEYS[k]) else set(KEYS[k], ARGV[a + 2], ARGV[a + 4]) end

  if ARGV[a + 6] ~= '' then
    -- The hash outlives its last mark by an eighth, so that its own expiry is moved seldom. Field "" remembers it.
    local expireAt = now + tonumber(ARGV[a + 8])
    local mark = ms(expireAt) .. ' ' .. ARGV[a + 7]
    if marksExpireAt and tonumber(marksExpireAt) >= expireAt then
      redis.call('HSET', KEYS[k + 1], ARGV[a + 6], mark)
    else
      local hashExpireAt = ms(expireAt + math.floor(tonumber(ARGV[a + 8]) / 8))
      redis.call('HSET', KEYS[k + 1], ARGV[a + 6], mark, '', hashExpireAt)
      redis.call('PEXPIREAT', KEYS[k + 1], hashExpireAt)
    end
    -- Every eighth time look at 16 marks and drop the expired: at most about half of a busy actor's marks are stale.
    local sample = (now + k) % 8 == 0 and redis.pcall('HRANDFIELD', KEYS[k + 1], 16, 'WITHVALUES') or {}
    for f = 1, #sample, 2 do
      local at = tonumber(string.match(sample[f + 1], '^%d+'))
      if sample[f] ~= '' and at <= now then redis.call('HDEL', KEYS[k + 1], sample[f]) end
    end
  end

  local p = a + 11
  for n = 1, projections do
    redis.call('DEL', ARGV[3] .. KEYS[k + 1 + n])
    p = write(KEYS[k + 1 + n], p)
  end
end
return replies
