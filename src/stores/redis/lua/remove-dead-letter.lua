-- purpose: removes one dead letter, from the index and from its actor's set too.
--
-- KEYS[1] dead: ZSET, dead letter id -> its time in epoch ms
-- KEYS[2] letter: STRING, address, newline, letter
--
-- ARGV[1] id: the letter's id
-- ARGV[2] lettersPrefix: what precedes the address in the name of an actor's set of letter ids
--
-- reply 0: there was none
-- reply 1: removed
--
-- complexity: O(log(dead letters))

local letter = redis.call('GET', KEYS[2])
redis.call('ZREM', KEYS[1], ARGV[1])
if not letter then return 0 end
local address = string.match(letter, '^[^\n]*')
redis.call('SREM', ARGV[2] .. address, ARGV[1])
return redis.call('DEL', KEYS[2])
