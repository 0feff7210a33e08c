-- begin: due -> wire. Is it still wanted, and may it go? Then its slot and its lease are taken and its content returned.
-- Atomic because between the check and the reservation nobody else may send the message or take the slot.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 interval µs · 3 id · 4 promotion
-- returns  { 'send', now µs, slot µs, wire number, attempts, to, lane, content, expiresAt|'', doubt policy, throttles,
--          accepted ms, caller } · { 'stale' } nothing to do · { 'waits' } put back · { 'expired', next job… }
-- @include now pace turn event leave
local base, id = KEYS[1], ARGV[3]
local key = base .. 'm:' .. id
local rec = redis.call('HMGET', key, 'p', 'n', 'l', 'to', 'x', 'a', 'e', 'd', 'h', 'q', 'c', 'g', 'j', 'k')
if rec[1] ~= PLACE_DUE or rec[2] ~= ARGV[4] then return { 'stale' } end

local now = clock_us(ARGV[1])
local now_ms = math.floor(now / 1000)
local lane = tonumber(rec[3])

if rec[7] and tonumber(rec[7]) <= now_ms then
  redis.call('HSET', key, 'k', RANK_EXPIRED, 't' .. RANK_EXPIRED, now_ms)
  local job = leave(base, id, rec[1], rec[3], rec[4], rec[12], rec[13], now_ms)
  add_event(base, id, 'expired', now_ms, '')
  return { 'expired', job or false }
end

local function put_back(until_ms, reason)
  redis.call('ZREM', base .. 'due:' .. lane, id)
  redis.call('ZADD', base .. 'later', until_ms, id)
  redis.call('HSET', key, 'p', PLACE_LATER, 'r', reason, 'u', until_ms)
  return { 'waits' }
end

local pace = read_pace(base, now, tonumber(ARGV[2]))
if pace.hold * 1000 > now then return put_back(pace.hold, REASON_SENDER_HELD) end
local slot = next_slot(pace, lane, now)
local farthest = FARTHEST_SLOT_MS[lane + 1] * 1000
if pace.interval > 0 and slot - now > farthest then
  return put_back(math.floor((slot - farthest / 2) / 1000), REASON_PACE)
end
take_slot(base, pace, lane, now)

local wire_number = tonumber(rec[5] or 0) + 1
local attempts = tonumber(rec[6] or 0) + 1
local status_rank = math.max(tonumber(rec[14]), RANK_SENDING)
redis.call('ZREM', base .. 'due:' .. lane, id)
redis.call('ZADD', base .. 'wire', math.floor(slot / 1000) + LEASE_MS, id .. '.' .. wire_number)
redis.call('HSET', key, 'p', PLACE_WIRE, 'x', wire_number, 'a', attempts, 'k', status_rank, 'o' .. wire_number, math.floor(slot / 1000))
return {
  'send', now, slot, wire_number, attempts, rec[4], lane, redis.call('GET', base .. 'b:' .. id),
  rec[7] or '', rec[8], tonumber(rec[9] or 0), tonumber(rec[10]), rec[11],
}
