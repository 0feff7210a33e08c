-- promote: what waited for a moment that has come. What is due in `later` goes back in line, or its unsettled doubt is
-- carried out; templates whose rest is over release their messages; whatever has expired where it waits ends; spellings of
-- one person are joined that could not be while somebody waited.
-- Atomic because a message must be in exactly one place. Cheap when nothing is due: workers run it by a clock.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 most of each kind at once
-- returns  { 1 when something is ready, ms of the next moment or -1, what changed (include/change.lua) }
-- @include now guard record event change doubt expiry ready contact turn leave failed give_up hold pair join
local base = KEYS[1]
local now_ms = math.floor(clock_us(ARGV[1]) / 1000)
local most = tonumber(ARGV[2])
local FIELDS = { 'p', 'l', 'to', 'ct', 'g', 'j', 'md', 'c', 'r', 'th', 'e', 'q', 'k', 'tp' }
local next_ms = -1

local function sooner(ms)
  if ms and (next_ms < 0 or ms < next_ms) then next_ms = ms end
end

-- Only what was planned for now queues up behind those who wait already; everything else was in line before.
local function come_due(id)
  local rec = read_record(base, id, FIELDS)
  if rec.p ~= PLACE_LATER then return end -- it has moved on; nothing may name it here
  if rec.th == '0' or (rec.e and tonumber(rec.e) <= now_ms) then return give_up(base, id, rec, now_ms) end
  local key = base .. 'm:' .. id
  if rec.th then redis.call('HINCRBY', key, 'z', 1) end -- sent again by policy, and marked so
  redis.call('HDEL', key, 'r', 'u', 'th')
  come_back(base, id, rec, tonumber(rec.r) == REASON_SCHEDULED and 'RPUSH' or 'LPUSH', now_ms)
end

for _, id in ipairs(redis.call('ZRANGEBYSCORE', base .. 'later', '-inf', now_ms, 'LIMIT', 0, most)) do
  redis.call('ZREM', base .. 'later', id)
  local _, wrong = guarded(come_due, id)
  if wrong then set_aside(base, id, wrong) end
end

-- A template's messages, in the order they came; all of them over some calls.
local function release(id)
  local rec = read_record(base, id, FIELDS)
  if rec.p ~= PLACE_HELD then return end
  redis.call('HDEL', base .. 'm:' .. id, 'r')
  come_back(base, id, rec, 'LPUSH', now_ms)
end

for template, hold in pairs(read_holds(base)) do
  if hold['until'] > now_ms and hold.how ~= 'ended' then
    if hold.how == 'rests' then sooner(hold['until']) end
  else -- released, or so that begin can fail them
    for _, id in ipairs(redis.call('LPOP', base .. 'held:' .. template, most) or {}) do
      local _, wrong = guarded(release, id)
      if wrong then set_aside(base, id, wrong) end
    end
    if redis.call('EXISTS', base .. 'held:' .. template) == 1 then
      sooner(now_ms)
    elseif hold.how ~= 'ended' then
      redis.call('HDEL', base .. 'holds', template)
    end
  end
end

local function expire(id)
  local rec = read_record(base, id, FIELDS)
  if rec.p == PLACE_WIRE then
    redis.call('ZADD', base .. 'ends', now_ms + 1000, id) -- it may come back
  elseif rec.p ~= PLACE_NONE then
    give_up(base, id, rec, now_ms)
  end
end

-- Here, as above, the first write removes and needs no memory: after it, a Redis that is full lets the rest pass.
for _, id in ipairs(redis.call('ZRANGEBYSCORE', base .. 'ends', '-inf', now_ms, 'LIMIT', 0, most)) do
  redis.call('ZREM', base .. 'ends', id)
  local _, wrong = guarded(expire, id)
  if wrong then set_aside(base, id, wrong) end
end

join_waiting(base, most, now_ms)
local is_ready = flush_ready(base)
sooner(tonumber(redis.call('ZRANGE', base .. 'later', 0, 0, 'WITHSCORES')[2]))
sooner(tonumber(redis.call('ZRANGE', base .. 'ends', 0, 0, 'WITHSCORES')[2]))
return { is_ready and 1 or 0, next_ms, changes_text() }
