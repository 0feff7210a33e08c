-- reach: may these recipients, none of whom has an open window, be written to? A portfolio may reach so many different ones
-- in any 24 h; all its senders share them. Who was reached within the 24 h may be reached again.
-- Atomic because two senders may ask for the last place at once.
-- KEYS[1]  base of the portfolio
-- ARGV     1 now ms or '' · 2 tier as configured, 0 for none · 3 places kept from bulk · then per message 2: recipient, lane
-- returns  per message { 'new', ms of the mark } · { 'known', 0 } · { 'full', ms when a place may be free }
-- @include now
local base = KEYS[1]
local now_ms = math.floor(clock_us(ARGV[1]) / 1000)
local state = redis.call('HMGET', base .. 's', 'tier', 'reserve', 'turned')
local tier, reserve, turned = tonumber(state[1] or ARGV[2]), tonumber(state[2] or ARGV[3]), tonumber(state[3] or 0)
local reached, results = base .. 'reached', {}
redis.call('DEL', base .. 'none') -- needs no memory: after it, a Redis that is full lets the rest pass

for _, old in ipairs(redis.call('ZRANGEBYSCORE', reached, '-inf', now_ms - TIER_WINDOW_MS, 'LIMIT', 0, 1000)) do
  redis.call('ZREM', reached, old)
end

-- The k-th place that comes free for those who may use `limit` places.
local function free_at(limit, count, k)
  local oldest = redis.call('ZRANGE', reached, math.min(count - limit + k, count - 1), math.min(count - limit + k, count - 1), 'WITHSCORES')
  return oldest[2] and tonumber(oldest[2]) + TIER_WINDOW_MS or now_ms + 60000
end

for at = 4, #ARGV, 2 do
  local to, is_bulk = ARGV[at], ARGV[at + 1] == '2'
  local limit = tier == 0 and math.huge or is_bulk and math.max(0, tier - reserve) or tier
  local count = redis.call('ZCOUNT', reached, '(' .. string.format('%.0f', now_ms - TIER_WINDOW_MS), '+inf')
  local known = redis.call('ZSCORE', reached, to)
  if known and tonumber(known) > now_ms - TIER_WINDOW_MS then
    -- Never the mark of before, by which whoever was granted the place might give it back.
    redis.call('ZADD', reached, math.max(now_ms, tonumber(known) + 1), to)
    results[#results + 1] = { 'known', 0 }
  elseif count < limit then
    redis.call('ZADD', reached, now_ms, to)
    turned = 0
    results[#results + 1] = { 'new', now_ms }
  elseif is_bulk then -- the whole lane waits for the first place
    results[#results + 1] = { 'full', free_at(limit, count, 0) }
  else -- these wait one by one, each for a place of its own
    results[#results + 1] = { 'full', free_at(limit, count, turned) }
    turned = turned + 1
  end
end
if turned ~= tonumber(state[3] or 0) then redis.call('HSET', base .. 's', 'turned', turned) end
redis.call('PEXPIRE', reached, TIER_WINDOW_MS + 60000)
return results
