-- within_limits: may this be done once more, when only so many are allowed in so long? Counted exactly, in moving windows.
-- Atomic because two may ask for the last place at once.
-- KEYS[1]  base of the account
-- ARGV     1 now ms or '' · 2 what is counted, the rest of its key · 3 token of this one · then per limit: window ms, most
-- returns  0 when it may and is counted, else the ms at which the next place comes free
-- @include now
local key = KEYS[1] .. ARGV[2]
local now_ms = math.floor(clock_us(ARGV[1]) / 1000)
local longest_ms, free_ms = 0, 0
for i = 4, #ARGV, 2 do longest_ms = math.max(longest_ms, tonumber(ARGV[i])) end
redis.call('ZREMRANGEBYSCORE', key, '-inf', now_ms - longest_ms)
for i = 4, #ARGV, 2 do
  local window_ms, most = tonumber(ARGV[i]), tonumber(ARGV[i + 1])
  local since = '(' .. string.format('%.0f', now_ms - window_ms)
  local count = redis.call('ZCOUNT', key, since, '+inf')
  if count >= most then
    local oldest = redis.call('ZRANGEBYSCORE', key, since, '+inf', 'WITHSCORES', 'LIMIT', count - most, 1)
    free_ms = math.max(free_ms, tonumber(oldest[2]) + window_ms)
  end
end
if free_ms > 0 then return free_ms end
redis.call('ZADD', key, now_ms, ARGV[3])
redis.call('PEXPIRE', key, longest_ms)
return 0
