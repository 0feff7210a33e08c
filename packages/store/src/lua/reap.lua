-- reap: wire -> later. The lease ran out: the worker is dead or frozen, and whether the message was sent is in doubt.
-- Atomic because the worker may come back at this very moment with an answer (finish).
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 most at once · 3-5 reconcile ms by lane · 6 attempts max
-- returns  { reaped, 1 when something is ready }
-- @include now guard record event doubt ready contact turn leave
local base = KEYS[1]
local now_ms = math.floor(clock_us(ARGV[1]) / 1000)
local reaped = 0

local function reap(id, wire)
  local key = base .. 'm:' .. id
  local rec = read_record(base, id, { 'p', 'x', 'k', 'l', 'to', 'ct', 'g', 'j', 'md', 'a', 'e', 'd', 'q', 'o' .. wire })
  if rec.p ~= PLACE_WIRE or rec.x ~= wire then return end
  reaped = reaped + 1
  redis.call('HSET', key, 'o' .. wire, rec['o' .. wire] .. ',,lost,,')
  -- A webhook came before the answer that never came.
  if tonumber(rec.k) >= RANK_SUBMITTED then return leave(base, id, rec) end
  local until_ms = now_ms + tonumber(ARGV[3 + tonumber(rec.l)])
  if rec.e then until_ms = math.max(now_ms, math.min(until_ms, tonumber(rec.e))) end
  local unsettled = tonumber(rec.a) >= tonumber(ARGV[6]) and '0' or rec.d or '1'
  redis.call('ZADD', base .. 'later', until_ms, id)
  note_doubt(base, id, until_ms)
  redis.call('PERSIST', base .. 'b:' .. id)
  redis.call('HSET', key, 'p', PLACE_LATER, 'r', REASON_DOUBT, 'u', until_ms, 'th', unsettled, 'k', RANK_UNCONFIRMED,
    'er', LOST_SHORT)
  redis.call('SET', base .. 'x:' .. id, LOST_JSON, 'PX', RECORD_TTL_MS)
  if redis.call('HSETNX', key, 't' .. RANK_UNCONFIRMED, now_ms - rec.q) == 1 then
    add_event(base, id, 'unconfirmed', now_ms, LOST_JSON)
  end
end

for _, member in ipairs(redis.call('ZRANGEBYSCORE', base .. 'wire', '-inf', now_ms, 'LIMIT', 0, tonumber(ARGV[2]))) do
  redis.call('ZREM', base .. 'wire', member)
  local id, wire = string.match(member, '^(%w+)%.(%d+)$')
  local _, wrong = guarded(reap, id, wire)
  if wrong then set_aside(base, id, wrong) end
end
return { reaped, flush_ready(base) and 1 or 0 }
