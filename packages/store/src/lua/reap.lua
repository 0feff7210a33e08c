-- reap: wire -> later. The lease ran out: the worker is dead or frozen, and whether the message was sent is in doubt.
-- Atomic because the worker may come back at this very moment with an answer (finish).
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 most at once · 3-5 reconcile ms by lane · 6 attempts max
-- returns  { reaped, jobs of turns that passed: id, promotion, lane, … }
-- @include now record turn event leave
local base = KEYS[1]
local now = clock_us(ARGV[1])
local now_ms = math.floor(now / 1000)
local reaped, jobs = 0, {}

for _, member in ipairs(redis.call('ZRANGEBYSCORE', base .. 'wire', '-inf', now_ms, 'LIMIT', 0, tonumber(ARGV[2]))) do
  local id, wire = string.match(member, '^(%w+)%.(%d+)$')
  redis.call('ZREM', base .. 'wire', member)
  local key = base .. 'm:' .. id
  local rec = read_record(base, id, { 'p', 'x', 'k', 'l', 'to', 'g', 'j', 'md', 'a', 'e', 'd', 'q', 'o' .. wire })
  if rec.p == PLACE_WIRE and rec.x == wire then
    reaped = reaped + 1
    redis.call('HSET', key, 'o' .. wire, rec['o' .. wire] .. ',,lost,,')
    if tonumber(rec.k) >= RANK_SUBMITTED then -- a webhook came before the answer that never came
      local job = leave(base, id, rec, now_ms)
      if job then jobs[#jobs + 1] = job[1]; jobs[#jobs + 1] = job[2]; jobs[#jobs + 1] = job[3] end
    else
      local until_ms = now_ms + tonumber(ARGV[3 + tonumber(rec.l)])
      if rec.e then until_ms = math.max(now_ms, math.min(until_ms, tonumber(rec.e))) end
      local unsettled = tonumber(rec.a) >= tonumber(ARGV[6]) and '0' or rec.d or '1'
      redis.call('ZADD', base .. 'later', until_ms, id)
      redis.call('PERSIST', base .. 'b:' .. id)
      redis.call('HSET', key, 'p', PLACE_LATER, 'r', REASON_DOUBT, 'u', until_ms, 'th', unsettled, 'k', RANK_UNCONFIRMED,
        'er', LOST_SHORT)
      redis.call('SET', base .. 'x:' .. id, LOST_JSON, 'PX', RECORD_TTL_MS)
      if redis.call('HSETNX', key, 't' .. RANK_UNCONFIRMED, now_ms - rec.q) == 1 then
        add_event(base, id, 'unconfirmed', now_ms, LOST_JSON)
      end
    end
  end
end
return { reaped, jobs }
