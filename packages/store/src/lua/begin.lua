-- begin: due -> wire. Is it still wanted, and may it go? Then its slot and its lease are taken and its content returned.
-- Atomic because between the check and the reservation nobody else may send the message or take the slot.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 interval µs · 3 bulk share · 4 recovery per s · 5 id · 6 promotion · 7 lease ms
--          8-10 farthest slot ms by lane · 11 sweep ms · 12 record ttl ms · 13 body ttl ms · 14 events max
--          15 rank sending · 16 rank expired · 17 word expired · 18 code of the reason pace · 19 code of the reason held
-- returns  { 'send', now µs, slot µs, wire number, attempts, to, lane, content, expiresAt|'', doubt policy, throttles,
--          accepted ms, caller } · { 'stale' } nothing to do · { 'waits' } put back · { 'expired', next job… }
-- @include now pace turn event leave
local base, id = KEYS[1], ARGV[5]
local key = base .. 'm:' .. id
local rec = redis.call('HMGET', key, 'p', 'n', 'l', 'to', 'x', 'a', 'e', 'd', 'h', 'q', 'c', 'g', 'j', 'k')
if rec[1] ~= '2' or rec[2] ~= ARGV[6] then return { 'stale' } end

local now = clock_us(ARGV[1])
local now_ms = math.floor(now / 1000)
local lane = tonumber(rec[3])
local bulk_share = tonumber(ARGV[3])

if rec[7] and tonumber(rec[7]) <= now_ms then
  local ttl = { record_ms = tonumber(ARGV[12]), body_ms = tonumber(ARGV[13]), sweep_ms = tonumber(ARGV[11]) }
  redis.call('HSET', key, 'k', ARGV[16], 't' .. ARGV[16], now_ms)
  local job = leave(base, id, rec[1], rec[3], rec[4], rec[12], rec[13], now, ttl)
  add_event(base, tonumber(ARGV[14]), id, ARGV[17], now_ms, '')
  return { 'expired', job or false }
end

local function put_back(until_ms, reason)
  redis.call('ZREM', base .. 'due:' .. lane, id)
  redis.call('ZADD', base .. 'later', until_ms, id)
  redis.call('HSET', key, 'p', 3, 'r', reason, 'u', until_ms)
  return { 'waits' }
end

local pace = read_pace(base, now, tonumber(ARGV[2]), tonumber(ARGV[4]))
if pace.hold * 1000 > now then return put_back(pace.hold, ARGV[19]) end
local slot = next_slot(pace, lane, now)
local farthest = tonumber(ARGV[8 + lane]) * 1000
if pace.interval > 0 and slot - now > farthest then
  return put_back(math.floor((slot - farthest / 2) / 1000), ARGV[18])
end
take_slot(base, pace, lane, now, bulk_share)

local wire_number = tonumber(rec[5] or 0) + 1
local attempts = tonumber(rec[6] or 0) + 1
local status_rank = math.max(tonumber(rec[14]), tonumber(ARGV[15]))
redis.call('ZREM', base .. 'due:' .. lane, id)
redis.call('ZADD', base .. 'wire', math.floor(slot / 1000) + tonumber(ARGV[7]), id .. '.' .. wire_number)
redis.call('HSET', key, 'p', 5, 'x', wire_number, 'a', attempts, 'k', status_rank, 'o' .. wire_number, math.floor(slot / 1000))
return {
  'send', now, slot, wire_number, attempts, rec[4], lane, redis.call('GET', base .. 'b:' .. id),
  rec[7] or '', rec[8], tonumber(rec[9] or 0), tonumber(rec[10]), rec[11],
}
