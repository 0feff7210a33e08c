-- cancel: takes a message back wherever it waits; the answer says who was first.
-- Atomic because a begin may be taking it to the wire at this moment.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 id · 3 caller that must own it, or '' for any
-- returns  { 'canceled' | 'already' | 'on-wire' | 'too-late' | 'unknown', 1 when a worker must be called, what changed
--          (include/change.lua) }
-- @include now guard record event change doubt ready contact turn leave
local base, id = KEYS[1], ARGV[2]
local key = base .. 'm:' .. id
local rec = read_record(base, id, { 'k', 'p', 'l', 'to', 'ct', 'g', 'j', 'md', 'c', 'q', 'e' })
if not rec.k or (ARGV[3] ~= '' and rec.c ~= ARGV[3]) then return { 'unknown', 0, '' } end
if tonumber(rec.k) == RANK_CANCELED then return { 'already', 0, '' } end
if rec.p == PLACE_NONE then return { 'too-late', 0, '' } end
if rec.p == PLACE_WIRE then return { 'on-wire', 0, '' } end

local now_ms = math.floor(clock_us(ARGV[1]) / 1000)
redis.call('HDEL', key, 'r') -- needs no memory: after it, a Redis that is full lets the rest pass
redis.call('HSET', key, 'k', RANK_CANCELED, 't' .. RANK_CANCELED, now_ms - rec.q)
leave(base, id, rec)
add_event(base, id, 'canceled', now_ms, '')
end_doubt(base, id, rec)
note_end(rec, 'canceled', '')
return { 'canceled', flush_ready(base) and ring(base) or 0, changes_text() }
