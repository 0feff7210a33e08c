-- uncount: what these sends met was an outage of the provider, not a failure of theirs: they have used up no attempt.
-- Atomic because a message may be on the wire again, counted anew.
-- KEYS[1]  base of the sender
-- ARGV     per send 2: id, wire number
-- returns  how many attempts were given back
-- @include record
local base, given_back = KEYS[1], 0
redis.call('DEL', base .. 'none') -- needs no memory: after it, a Redis that is full lets the rest pass
for at = 1, #ARGV, 2 do
  local rec = read_record(base, ARGV[at], { 'x', 'a', 'p', 'un' })
  local wire, waits = ARGV[at + 1], rec.p ~= PLACE_NONE and rec.p ~= PLACE_WIRE
  if rec.x == wire and rec.un ~= wire and waits and tonumber(rec.a or 0) > 0 then
    redis.call('HINCRBY', base .. 'm:' .. ARGV[at], 'a', -1)
    redis.call('HSET', base .. 'm:' .. ARGV[at], 'un', wire) -- once only, though the call may be repeated
    given_back = given_back + 1
  end
end
return given_back
