-- How many messages each lane may add to `due`: what fits into its horizon of the pace and is not yet handed out.
-- A lane counts what is served before it; urgent counts only itself, so nothing can crowd it out.
-- needs: pace
local function rooms(base, pace, now)
  if pace.hold * 1000 > now then return { 0, 0, 0 } end
  local served_before, result = 0, {}
  for lane = 0, 2 do
    served_before = served_before + redis.call('ZCARD', base .. 'due:' .. lane)
    local fits = DUE_MAX
    if pace.interval > 0 then
      local interval = pace.interval
      if lane == 2 then interval = interval / BULK_SHARE end
      fits = math.min(fits, math.floor((HORIZONS_MS[lane + 1] * 1000 - (next_slot(pace, lane, now) - now)) / interval) + 1)
    end
    result[lane + 1] = math.max(0, fits - served_before)
  end
  return result
end

-- What one lane takes, the lanes served after it cannot have.
local function use_room(room, lane)
  for l = lane, 2 do room[l + 1] = room[l + 1] - 1 end
end
