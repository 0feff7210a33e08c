-- begin: due -> wire, for the messages whose jobs came up together. Is each still wanted, and may it go? Then its slot
-- and its lease are taken and its content returned.
-- Atomic because between the check and the reservation nobody else may send the message or take the slot.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 interval µs, then per message 2: id, promotion
-- returns  per message { 'send', now µs, slot µs, wire number, attempts, to, lane, content, expiresAt|'', doubt policy,
--          throttles, accepted ms, caller } · { 'stale' } nothing to do · { 'waits' } put back · { 'expired', next job }
-- @include now pace record turn event leave give_up
local base = KEYS[1]
local now = clock_us(ARGV[1])
local now_ms = math.floor(now / 1000)
local pace = read_pace(base, now, tonumber(ARGV[2]))
local FIELDS = { 'p', 'n', 'l', 'to', 'x', 'a', 'e', 'd', 'h', 'q', 'c', 'g', 'j', 'k', 'md' }
local begun, leases, started = { {}, {}, {} }, {}, {}

local function put_back(id, lane, until_ms, reason)
  redis.call('ZREM', base .. 'due:' .. lane, id)
  redis.call('ZADD', base .. 'later', until_ms, id)
  redis.call('HSET', base .. 'm:' .. id, 'p', PLACE_LATER, 'r', reason, 'u', until_ms)
  return { 'waits' }
end

local function begin(id, promotion)
  local rec = read_record(base, id, FIELDS)
  if rec.p ~= PLACE_DUE or rec.n ~= promotion or started[id] then return { 'stale' } end
  local lane = tonumber(rec.l)

  if rec.e and tonumber(rec.e) <= now_ms then return { 'expired', give_up(base, id, rec, now_ms) or false } end
  if pace.hold * 1000 > now then return put_back(id, lane, pace.hold, REASON_SENDER_HELD) end
  local farthest = FARTHEST_SLOT_MS[lane + 1] * 1000
  local slot = next_slot(pace, lane, now)
  if pace.interval > 0 and slot - now > farthest then
    return put_back(id, lane, math.floor((slot - farthest / 2) / 1000), REASON_PACE)
  end

  take_slot(pace, lane, slot)
  local wire_number, attempts = tonumber(rec.x or 0) + 1, tonumber(rec.a or 0) + 1
  local slot_ms = math.floor(slot / 1000)
  table.insert(begun[lane + 1], id)
  leases[#leases + 1] = slot_ms + LEASE_MS
  leases[#leases + 1] = id .. '.' .. wire_number
  local result = {
    'send', now, slot, wire_number, attempts, rec.to, lane, false, rec.e or '', rec.d or '1', tonumber(rec.h or 0),
    tonumber(rec.q), rec.c,
  }
  started[id] = true
  started[#started + 1] = { id = id, result = result, fields = {
    'p', PLACE_WIRE, 'x', wire_number, 'a', attempts, 'k', math.max(tonumber(rec.k), RANK_SENDING),
    'o' .. wire_number, slot_ms - rec.q,
  } }
  return result
end

-- Those that go are written after all were read: a script is not rolled back, and a record that cannot be read must not
-- leave others half begun.
local results = {}
for at = 3, #ARGV, 2 do results[#results + 1] = begin(ARGV[at], ARGV[at + 1]) end
for _, send in ipairs(started) do
  redis.call('HSET', base .. 'm:' .. send.id, unpack(send.fields))
  -- From here on the content may end by itself; whatever puts the message back makes it stay again.
  send.result[8] = redis.call('GETEX', base .. 'b:' .. send.id, 'PX', BODY_TTL_MS)
end
for lane = 0, 2 do
  if #begun[lane + 1] > 0 then redis.call('ZREM', base .. 'due:' .. lane, unpack(begun[lane + 1])) end
end
if #leases > 0 then
  redis.call('ZADD', base .. 'wire', unpack(leases))
  keep_slots(base, pace)
end
return results
