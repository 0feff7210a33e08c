-- media_guard: may the provider be asked for media now? It shuts a number out after some failed requests within an hour
-- (docs/sources.md, media), so what has failed and what is still under way together stay below that.
-- Atomic because two requests may ask for the last place at once.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 'begin' | 'failed' | 'done' · 3 token of the request · 4 ms it may be under way (begin)
-- returns  begin: { 1, 0 }, or { 0, ms until the first place comes free, how many are under way } · otherwise { 1, 0 }
-- @include now
local key = KEYS[1] .. 'mf'
local now_ms = math.floor(clock_us(ARGV[1]) / 1000)
local verb, token = ARGV[2], ARGV[3]
-- Members: `u<token>` under way, `f<token>` failed; the score is the ms at which it counts no more.
local under_way, failed = 'u' .. token, 'f' .. token
redis.call('ZREMRANGEBYSCORE', key, '-inf', now_ms)

local function add(member, ends_ms)
  redis.call('ZADD', key, ends_ms, member)
  redis.call('ZREMRANGEBYRANK', key, 0, -1 - MEDIA_FAILURES_KEPT)
  redis.call('PEXPIRE', key, MEDIA_FAILURE_MS)
end

if verb == 'begin' then
  if redis.call('ZCARD', key) >= MEDIA_FAILURES_MAX then
    local members = redis.call('ZRANGE', key, 0, -1, 'WITHSCORES')
    local busy = 0
    for at = 1, #members, 2 do
      if string.sub(members[at], 1, 1) == 'u' then busy = busy + 1 end
    end
    return { 0, tonumber(members[2]) - now_ms, busy }
  end
  add(under_way, now_ms + ARGV[4])
else
  redis.call('ZREM', key, under_way)
  if verb == 'failed' then add(failed, now_ms + MEDIA_FAILURE_MS) end
end
return { 1, 0 }
