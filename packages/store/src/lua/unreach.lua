-- unreach: a recipient was certainly not written to after all, and gives the place back, unless others used it since.
-- Atomic because another message may be using the place.
-- KEYS[1]  base of the portfolio
-- ARGV     1 recipient · 2 ms of the mark that reach gave
-- returns  1 when the place is free again
local reached = KEYS[1] .. 'reached'
if redis.call('ZSCORE', reached, ARGV[1]) ~= ARGV[2] then return 0 end
return redis.call('ZREM', reached, ARGV[1])
