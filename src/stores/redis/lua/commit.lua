-- purpose: commits N actors, each on its own: compare, then record, wake-up, dedup mark, projections and dead letters
--   of one actor together. All reads come before the first write, and the writes that can fail on a key of a foreign
--   type come first, so that an error of Redis leaves nothing half-written.
--
-- KEYS[1] due: ZSET, address -> wake-up in epoch ms
-- KEYS[2] dead: ZSET, dead letter id -> its time in epoch ms; a letter's own key is this name, ":" and its id
-- KEYS[3..] per actor: record STRING; marks HASH; its projections STRING; per letter: SET of its actor's letter ids
--
-- ARGV[1] actors: number of actors
-- ARGV[2] letterTtl: time to live of a dead letter, ms
-- ARGV[3..] per actor: address; expected stamp ("" = nothing stored); next value ("" = delete); bytes of the stamp it
--   begins with; ttl ms ("" = none); wake-up epoch ms ("" = none); mark id ("" = none); mark reply; mark ttl ms;
--   number of projections; number of letters;
--   then per projection: ttl ms ("" = none, "delete" = remove), value; then per letter: id, time in epoch ms, value
--
-- reply 0: Conflict, somebody else wrote in between
-- reply 1: Committed, now or by an earlier attempt of this turn
-- reply text: Duplicate, the first reply of the mark
-- (an array of these, one per actor, in order)
--
-- complexity: O(N * log(waiting actors)) plus the bytes written

local actors, letterTtl = tonumber(ARGV[1]), tonumber(ARGV[2])
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local function ms(value) return string.format('%d', value) end

local replies, accepted = {}, {}
local k, a = 3, 3
for i = 1, actors do
  local expected, value, markId = ARGV[a + 1], ARGV[a + 2], ARGV[a + 6]
  local stamp = string.sub(value, 1, tonumber(ARGV[a + 3]))
  local projections, letters = tonumber(ARGV[a + 9]), tonumber(ARGV[a + 10])
  local stored = redis.call('GETRANGE', KEYS[k], 0, math.max(#expected, #stamp, 1) - 1)
  local reply = 0
  if stamp ~= '' and string.sub(stored, 1, #stamp) == stamp then
    reply = 1
  else
    local marksExpireAt = false
    if markId ~= '' then
      local found = redis.call('HMGET', KEYS[k + 1], markId, '')
      marksExpireAt = found[2]
      if found[1] then
        local space = string.find(found[1], ' ', 1, true)
        if tonumber(string.sub(found[1], 1, space - 1)) > now then reply = string.sub(found[1], space + 1) end
      end
    end
    local same = stored == ''
    if expected ~= '' then same = string.sub(stored, 1, #expected) == expected end
    if reply == 0 and same then
      reply = 1
      accepted[#accepted + 1] = { k, a, projections, letters, marksExpireAt }
    end
  end
  replies[i] = reply
  k = k + 2 + projections + letters
  a = a + 11 + 2 * projections + 3 * letters
end
if k ~= #KEYS + 1 or a ~= #ARGV + 1 then return redis.error_reply('TARDIGRADE_LAYOUT commit') end

local awake, asleep, deleted = {}, {}, {}
for _, plan in ipairs(accepted) do
  local k, a = plan[1], plan[2]
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
  local k, a, projections, letters = plan[1], plan[2], plan[3], plan[4]
  local l = a + 11 + 2 * projections
  for n = 1, letters do
    local own, id = KEYS[k + 1 + projections + n], ARGV[l]
    redis.call('ZADD', KEYS[2], ARGV[l + 1], id)
    redis.call('SADD', own, id)
    redis.call('PEXPIRE', own, ms(letterTtl))
    redis.call('SET', KEYS[2] .. ':' .. id, ARGV[l + 2], 'PX', ms(letterTtl))
    l = l + 3
  end
  if letters > 0 then
    for _, id in ipairs(redis.call('ZRANGE', KEYS[2], 0, 7 + letters)) do
      if redis.call('EXISTS', KEYS[2] .. ':' .. id) == 0 then redis.call('ZREM', KEYS[2], id) end
    end
  end

  local value, ttl, markId = ARGV[a + 2], ARGV[a + 4], ARGV[a + 6]
  if value == '' then
    deleted[#deleted + 1] = KEYS[k]
  elseif ttl == '' then
    redis.call('SET', KEYS[k], value)
  else
    redis.call('SET', KEYS[k], value, 'PX', ttl)
  end

  if markId ~= '' then
    -- The hash outlives its last mark by an eighth, so that its own expiry is moved seldom. Field "" remembers it.
    local expireAt, markTtl = now + tonumber(ARGV[a + 8]), tonumber(ARGV[a + 8])
    local mark = ms(expireAt) .. ' ' .. ARGV[a + 7]
    if plan[5] and tonumber(plan[5]) >= expireAt then
      redis.call('HSET', KEYS[k + 1], markId, mark)
    else
      local hashExpireAt = ms(expireAt + math.floor(markTtl / 8))
      redis.call('HSET', KEYS[k + 1], markId, mark, '', hashExpireAt)
      redis.call('PEXPIREAT', KEYS[k + 1], hashExpireAt)
    end
    -- Every eighth time look at 16 marks and drop the expired: at most about half of a busy actor's marks are stale.
    if (now + k) % 8 == 0 then
      local sample = redis.call('HRANDFIELD', KEYS[k + 1], 16, 'WITHVALUES')
      for f = 1, #sample, 2 do
        local at = tonumber(string.match(sample[f + 1], '^%d+'))
        if sample[f] ~= '' and at <= now then redis.call('HDEL', KEYS[k + 1], sample[f]) end
      end
    end
  end

  for p = 1, projections do
    local key, kind, content = KEYS[k + 1 + p], ARGV[a + 9 + 2 * p], ARGV[a + 10 + 2 * p]
    if kind == 'delete' then
      redis.call('DEL', key)
    elseif kind == '' then
      redis.call('SET', key, content)
    else
      redis.call('SET', key, content, 'PX', kind)
    end
  end
end
if #deleted > 0 then redis.call('DEL', unpack(deleted)) end
return replies
