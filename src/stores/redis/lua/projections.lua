-- purpose: what one projection says in ARGV and does to its key. This text goes before that of commit.lua, which uses its
--   functions. What only sorted sets and lists need is made when the first of them is written.
--
-- ARGV from any index on, by the first word there; a put has no such word, its first is the ttl:
-- projection put: ttl, value
-- projection delete: nothing more
-- projection add: ttl, score, member, keep, minScore, replacedField, replacedValue
-- projection remove: field, count, values
-- projection append: ttl, keep, count, values
--
-- ttl in ms; "" = none, as for keep, minScore and replacedField. Scores are decimal text, never Lua numbers: those would
-- be rounded. count says how many values follow.
--
-- complexity: O(log(members)) for an add, O(members) for a remove and an add that replaces, O(values) for an append

local shapes = {}

-- The index after the projection at ARGV[a].
local function after(a)
  local op = ARGV[a]
  if op == 'delete' then return a + 1 end
  if op == 'add' then return a + 8 end
  if op == 'remove' then return a + 3 + ARGV[a + 2] end
  if op == 'append' then return a + 4 + ARGV[a + 3] end
  return a + 2
end

-- The index after the projection at ARGV[a], which is to be written; nil if its key has another shape than it needs, once
-- all that was asked about before is written. A put and a delete need none.
local function afterFitting(key, a)
  local op = ARGV[a]
  local needed = op == 'append' and 'list' or (op == 'add' or op == 'remove') and 'zset'
  local shape = needed and (shapes[key] or redis.call('TYPE', key).ok)
  shapes[key] = needed or op == 'delete' and 'none' or 'string'
  if shape == needed or shape == 'none' then return after(a) end
end

-- SET, with an expiry unless the time to live is "".
local function set(key, value, ttl)
  if ttl == '' then redis.call('SET', key, value) else redis.call('SET', key, value, 'PX', ttl) end
end

-- Writes the add, remove or append at ARGV[a], whose last word is at ARGV[last].
local function writeEntries(key, a, last)
  -- The member's value at a field; nil unless it is a JSON object that has one.
  local function valueAt(member, field)
    local isJson, object = pcall(cjson.decode, member)
    -- A text that was cut inside a character has half of it as \ud83d, which this decoder takes for no JSON.
    if not isJson then isJson, object = pcall(cjson.decode, (string.gsub(member, '\\u[dD][89a-fA-F]%x%x', '\\u003f'))) end
    if isJson and type(object) == 'table' then return object[field] end
  end
  -- Removes the members that have one of the wanted strings at a field.
  local function drop(field, wanted)
    for _, member in ipairs(redis.call('ZRANGE', key, 0, -1)) do
      if wanted[valueAt(member, field)] then redis.call('ZREM', key, member) end
    end
  end

  local op, ttl = ARGV[a], ARGV[a + 1]
  if op == 'remove' then
    local wanted = {}
    for v = a + 3, last do wanted[ARGV[v]] = true end
    return drop(ARGV[a + 1], wanted)
  end
  if op == 'add' then
    local score, member, keep, minScore, field, value = unpack(ARGV, a + 2, last)
    if field ~= '' then drop(field, { [value] = true }) end
    redis.call('ZADD', key, score, member)
    if minScore ~= '' then redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. minScore) end
    if keep ~= '' then redis.call('ZREMRANGEBYRANK', key, 0, -1 - keep) end
  else
    for v = a + 4, last, 1000 do redis.call('RPUSH', key, unpack(ARGV, v, math.min(v + 999, last))) end
    if ARGV[a + 2] ~= '' then redis.call('LTRIM', key, -ARGV[a + 2], -1) end
  end
  if ttl == '' then redis.call('PERSIST', key) else redis.call('PEXPIRE', key, ttl) end
end

-- Writes the projection at ARGV[a], which fits; answers the index after it.
local function write(key, a)
  local op, following = ARGV[a], after(a)
  if op == 'delete' then
    redis.call('DEL', key)
  elseif op == 'add' or op == 'remove' or op == 'append' then
    writeEntries(key, a, following - 1)
  else
    set(key, ARGV[a + 1], op)
  end
  return following
end

