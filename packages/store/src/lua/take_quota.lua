-- take_quota: takes up to so many units from every quota of a caller: as many as the scarcest of them has.
-- Atomic because the replicas of the API share the quotas.
-- KEYS[1]  base of the caller
-- ARGV     1 now ms or '' · 2 units asked for · then per quota 4: its field · 'rate' or 'day' · units a second, or a day ·
--          the most at once (rate)
-- returns  { units taken, ms until there is another one (0: there is), then per quota: units left, ms until it is whole again }
-- A rate is kept as the moment when its bucket is full again, in µs: one number, which no clock need move. A day is one of UTC.
-- @include now
local quotas = KEYS[1] .. 'q'
local now_us = clock_us(ARGV[1])
local DAY_US = 86400000000
local today = math.floor(now_us / DAY_US)
local granted, limits = tonumber(ARGV[2]), {}

local function print_whole(number) return string.format('%.0f', number) end

for at = 3, #ARGV, 4 do
  local limit = { field = ARGV[at], is_day = ARGV[at + 1] == 'day', most = tonumber(ARGV[at + 2]), burst = tonumber(ARGV[at + 3]) }
  local kept = redis.call('HGET', quotas, limit.field)
  if limit.is_day then
    local day, count = string.match(kept or '', '^(%d+) (%d+)$')
    limit.used = tonumber(day) == today and tonumber(count) or 0
    limit.left = limit.most - limit.used
  else
    limit.unit_us = 1000000 / limit.most
    limit.full_us = math.max(now_us, math.min(tonumber(kept) or 0, now_us + limit.burst * limit.unit_us))
    limit.left = math.floor(limit.burst - (limit.full_us - now_us) / limit.unit_us + 0.000001)
  end
  granted = math.max(0, math.min(granted, limit.left))
  limits[#limits + 1] = limit
end

redis.call('DEL', KEYS[1] .. 'none') -- needs no memory: after it, a Redis that is full lets the rest pass
local wait_ms, reply = 0, {}
for _, limit in ipairs(limits) do
  local whole_us, next_us = (today + 1) * DAY_US - now_us, nil
  if limit.is_day then
    if granted > 0 then redis.call('HSET', quotas, limit.field, print_whole(today) .. ' ' .. print_whole(limit.used + granted)) end
    next_us = whole_us
  else
    if granted > 0 then limit.full_us = math.floor(limit.full_us + granted * limit.unit_us + 0.5) end -- as it is kept
    if granted > 0 then redis.call('HSET', quotas, limit.field, print_whole(limit.full_us)) end
    whole_us = limit.full_us - now_us
    next_us = whole_us - (limit.burst - 1) * limit.unit_us
  end
  local left = math.max(0, limit.left - granted)
  if left == 0 then wait_ms = math.max(wait_ms, math.ceil(next_us / 1000)) end
  reply[#reply + 1] = left
  reply[#reply + 1] = math.ceil(whole_us / 1000)
end
if granted > 0 then redis.call('PEXPIRE', quotas, DAY_US / 1000 * 2) end
return { granted, wait_ms, unpack(reply) }
