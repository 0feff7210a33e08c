-- The pace of a sender: a GCRA without burst, reserved slot by slot, all in microseconds.
-- state s: tat = the first free slot; tatb = the first free slot of bulk, which may use only its share of the pace;
-- slow/slowat = the factor the provider's throttling left us with and since when; pace = an operator's setting, which
-- outranks the configured one; hold = stopped by the provider until (ms), holdr = why.

-- The factor in force: what a slow-down left, and what has come back since.
local function slow_factor(slow, slow_at, now)
  if not slow then return 1 end
  return math.min(1, tonumber(slow) + SLOW_RECOVERY_PER_S * (now - tonumber(slow_at)) / 1000000)
end

-- Reads the sender's state: { tat, tatb, interval in force }, and the values of more fields as `more`.
-- pace: messages per second as configured, 0 for none.
local function read_pace(base, now, pace, ...)
  local s = redis.call('HMGET', base .. 's', 'tat', 'tatb', 'slow', 'slowat', 'pace', ...)
  local per_second = tonumber(s[5] or pace)
  return {
    tat = tonumber(s[1] or 0), tatb = tonumber(s[2] or 0),
    interval = per_second == 0 and 0 or 1000000 / (per_second * PACE_MARGIN * slow_factor(s[3], s[4], now)),
    more = { unpack(s, 6, 5 + select('#', ...)) },
  }
end

-- The provider said: slower. What comes of things that were under way together is one sign, not many: once a second at most.
local function slow_down(base, now)
  local s = redis.call('HMGET', base .. 's', 'slow', 'slowat')
  if s[2] and now - tonumber(s[2]) <= 1000000 then return end
  local factor = math.max(SLOW_FLOOR, slow_factor(s[1], s[2], now) * SLOW_FACTOR)
  redis.call('HSET', base .. 's', 'slow', factor, 'slowat', now)
end

-- The first free slot for this lane, not before now.
local function next_slot(pace, lane, now)
  local slot = math.max(now, pace.tat)
  if lane == 2 then slot = math.max(slot, pace.tatb) end
  return slot
end

-- Takes a slot that next_slot gave; keep_slots writes it down.
local function take_slot(pace, lane, slot)
  if pace.interval == 0 then return end
  pace.tat = slot + pace.interval
  if lane == 2 then pace.tatb = slot + pace.interval / BULK_SHARE end
  pace.taken = true
end

local function keep_slots(base, pace)
  if pace.taken then redis.call('HSET', base .. 's', 'tat', pace.tat, 'tatb', pace.tatb) end
end
