-- renew: a living worker keeps the leases of what it has on the wire. Only leases still held are prolonged.
-- Atomic because a lease that was reaped must stay reaped.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2… members <id>.<wire number>
-- returns  the members whose lease is gone
-- @include now
local base = KEYS[1]
local until_ms = math.floor(clock_us(ARGV[1]) / 1000) + LEASE_MS
local gone = {}
redis.call('DEL', base .. 'none') -- needs no memory: after it, a Redis that is full lets the rest pass
for at = 2, #ARGV do
  local score = redis.call('ZSCORE', base .. 'wire', ARGV[at])
  if not score then
    gone[#gone + 1] = ARGV[at]
  elseif tonumber(score) < until_ms then
    redis.call('ZADD', base .. 'wire', until_ms, ARGV[at])
  end
end
return gone
