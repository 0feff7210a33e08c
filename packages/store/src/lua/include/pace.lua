-- The pace of a sender: a GCRA without burst, reserved slot by slot, all in microseconds.
-- state s: tat = the first free slot; tatb = the first free slot of bulk, which may use only its share of the pace;
-- slow/slowat = the factor the provider's throttling left us with and since when; hold = stopped until (ms).

-- Reads the sender's state once: { tat, tatb, interval in force, hold until ms }.
local function read_pace(base, now, interval)
  local s = redis.call('HMGET', base .. 's', 'tat', 'tatb', 'slow', 'slowat', 'hold')
  local factor = 1
  if s[3] then
    factor = math.min(1, tonumber(s[3]) + SLOW_RECOVERY_PER_S * (now - tonumber(s[4])) / 1000000)
  end
  return {
    tat = tonumber(s[1] or 0), tatb = tonumber(s[2] or 0),
    interval = interval / factor, factor = factor, hold = tonumber(s[5] or 0),
  }
end

-- The first free slot for this lane, not before now.
local function next_slot(pace, lane, now)
  local slot = math.max(now, pace.tat)
  if lane == 2 then slot = math.max(slot, pace.tatb) end
  return slot
end

-- Takes the next slot and returns it.
local function take_slot(base, pace, lane, now)
  local slot = next_slot(pace, lane, now)
  if pace.interval > 0 then
    pace.tat = slot + pace.interval
    if lane == 2 then
      pace.tatb = slot + pace.interval / BULK_SHARE
      redis.call('HSET', base .. 's', 'tat', pace.tat, 'tatb', pace.tatb)
    else
      redis.call('HSET', base .. 's', 'tat', pace.tat)
    end
  end
  return slot
end
