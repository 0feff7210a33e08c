-- reslot: a worker missed its slot (a long pause of its event loop) and takes another, so that no burst follows a pause.
-- Atomic because the new slot and the longer lease belong together.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 pace per s, 0 for none · 3 id · 4 wire number · 5 lane
-- returns  { now µs, slot µs }, or nothing when the lease has run out and the message is no longer this worker's
-- @include now pace
local base = KEYS[1]
local member = ARGV[3] .. '.' .. ARGV[4]
if not redis.call('ZSCORE', base .. 'wire', member) then return false end
redis.call('DEL', base .. 'none') -- needs no memory: after it, a Redis that is full lets the rest pass
local now = clock_us(ARGV[1])
local lane = tonumber(ARGV[5])
local pace = read_pace(base, now, ARGV[2])
local slot = next_slot(pace, lane, now)
take_slot(pace, lane, slot)
keep_slots(base, pace)
redis.call('ZADD', base .. 'wire', math.floor(slot / 1000) + LEASE_MS, member)
return { now, slot }
