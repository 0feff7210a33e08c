-- Time for every script: Redis's own clock, one clock for all hosts; tests pass milliseconds instead.
-- Microseconds, since a pace of 1,000/s has slots of 1 ms. Beware: `..` prints 14 digits, so never join a µs number.
local function clock_us(override)
  if override ~= '' then return tonumber(override) * 1000 end
  local t = redis.call('TIME')
  return t[1] * 1000000 + t[2]
end
