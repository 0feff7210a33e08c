-- Gives a key at least this many milliseconds to live; touches it only when that changes something.
local function live_at_least(key, ttl_ms)
  if redis.call('PTTL', key) < ttl_ms then redis.call('PEXPIRE', key, ttl_ms) end
end
