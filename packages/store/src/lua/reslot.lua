-- reslot: a worker missed its slot (a long pause of its event loop) and takes another, so that no burst follows a pause.
-- Atomic because the new slot and the longer lease belong together.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 interval µs · 3 bulk share · 4 recovery per s · 5 id · 6 wire number · 7 lease ms · 8 lane
-- returns  { now µs, slot µs }, or nothing when the lease has run out and the message is no longer this worker's
-- @include now pace
local base = KEYS[1]
local member = ARGV[5] .. '.' .. ARGV[6]
if not redis.call('ZSCORE', base .. 'wire', member) then return false end
local now = clock_us(ARGV[1])
local pace = read_pace(base, now, tonumber(ARGV[2]), tonumber(ARGV[4]))
local slot = take_slot(base, pace, tonumber(ARGV[8]), now, tonumber(ARGV[3]))
redis.call('ZADD', base .. 'wire', math.floor(slot / 1000) + tonumber(ARGV[7]), member)
return { now, slot }
