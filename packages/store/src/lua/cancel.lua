-- cancel: takes a message back wherever it waits; the answer says who was first.
-- Atomic because a begin may be taking it to the wire at this moment.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 id · 3 caller that must own it, or '' for any
-- returns  { 'canceled' | 'already' | 'on-wire' | 'too-late' | 'unknown', job of the next turn }
-- @include now turn event leave
local base, id = KEYS[1], ARGV[2]
local key = base .. 'm:' .. id
local rec = redis.call('HMGET', key, 'k', 'p', 'l', 'to', 'g', 'j', 'c')
if not rec[1] or (ARGV[3] ~= '' and rec[7] ~= ARGV[3]) then return { 'unknown', false } end
if tonumber(rec[1]) == RANK_CANCELED then return { 'already', false } end
if not rec[2] then return { 'too-late', false } end
if rec[2] == PLACE_WIRE then return { 'on-wire', false } end

local now = clock_us(ARGV[1])
local now_ms = math.floor(now / 1000)
redis.call('HSET', key, 'k', RANK_CANCELED, 't' .. RANK_CANCELED, now_ms)
local job = leave(base, id, rec[2], rec[3], rec[4], rec[5], rec[6], now_ms)
add_event(base, id, 'canceled', now_ms, '')
return { 'canceled', job or false }
