-- purpose: one change of one key, made only while the key is as it was found; or says what it would come to.
--
-- KEYS[1] key: any type
--
-- ARGV[1] op: remove, trim or expire
-- ARGV[2] type: the key's type must be this, as TYPE says it; "" = any
-- ARGV[3] text: "=" and what the key must say, a list its newest entry; "" = whatever it says
-- ARGV[4] argument: trim: the score below which entries go; expire: time to live, ms
-- ARGV[5] limit: entries that one trim removes at most
-- ARGV[6] dry: "1" = change nothing
--
-- reply count: keys or entries changed; 0 when the key is not as it was found
--
-- complexity: O(log(entries) + limit), plus the bytes of the text

local key, op, dry = KEYS[1], ARGV[1], ARGV[6] == '1'
local found = redis.call('TYPE', key).ok
if found == 'none' or ARGV[2] ~= '' and ARGV[2] ~= found then return 0 end
if ARGV[3] ~= '' then
  local says = found == 'list' and redis.call('LINDEX', key, -1) or found == 'string' and redis.call('GET', key)
  if says ~= string.sub(ARGV[3], 2) then return 0 end
end

if op == 'remove' then return dry and 1 or redis.call('UNLINK', key) end
if op == 'expire' then
  if redis.call('PTTL', key) ~= -1 then return 0 end
  return dry and 1 or redis.call('PEXPIRE', key, ARGV[4])
end
local old = redis.call('ZCOUNT', key, '-inf', '(' .. ARGV[4])
if dry or old == 0 then return old end
return redis.call('ZREMRANGEBYRANK', key, 0, math.min(old, tonumber(ARGV[5])) - 1)
