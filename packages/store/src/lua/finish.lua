-- finish: wire -> submitted, failed or later, by the verdict about one send; and the recipient's turn passes on.
-- Atomic because the outcome, the wamid's index, the status and the next place are one fact.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 id · 3 wire number · 4 verdict 'submit' | 'fail' | 'later' · 5 rank · 6 status word
--          7 attempt log · 8 wamid|'' · 9 failure short|'' · 10 failure JSON|'' · 11 wait ms · 12 reason code
--          13 unsettled doubt '' | '0' fail | '1' resend · 14 '1' when an attempt was used up
--          15 hold the sender for ms|0 · 16 '1' when the sender must slow down
-- returns  { 'done' } or { 'late' } (the message had moved on; what was learned is kept), and the job of the next turn
-- @include now turn event leave status
local base, id, wire = KEYS[1], ARGV[2], ARGV[3]
local verdict, rank = ARGV[4], tonumber(ARGV[5])
local key = base .. 'm:' .. id
local now = clock_us(ARGV[1])
local now_ms = math.floor(now / 1000)
redis.call('ZREM', base .. 'wire', id .. '.' .. wire)
local rec = read_for_status(base, id)
if not rec then return { 'late' } end

-- The provider's word about the sender counts whatever became of the message.
if tonumber(ARGV[15]) > 0 then
  redis.call('HSET', base .. 's', 'hold', now_ms + tonumber(ARGV[15]), 'holdr', ARGV[9])
end
if ARGV[16] == '1' then
  local s = redis.call('HMGET', base .. 's', 'slow', 'slowat')
  -- Answers to what was in flight together are one sign, not many: slow down at most once a second.
  if not s[2] or now - tonumber(s[2]) > 1000000 then
    local factor = 1
    if s[1] then factor = math.min(1, tonumber(s[1]) + SLOW_RECOVERY_PER_S * (now - tonumber(s[2])) / 1000000) end
    redis.call('HSET', base .. 's', 'slow', math.max(SLOW_FLOOR, factor * SLOW_FACTOR), 'slowat', now)
  end
end

local known_rank = tonumber(rec.k)
local place = rec.p
local mine = wire == rec.x

if verdict == 'submit' then
  local fields = { 'o' .. wire, ARGV[7] }
  if not rec.w or ARGV[8] < rec.w then fields[3] = 'w'; fields[4] = ARGV[8] end
  if rank > known_rank then fields[#fields + 1] = 'k'; fields[#fields + 1] = rank end
  redis.call('HSET', key, unpack(fields))
  redis.call('HSETNX', key, 't' .. rank, now_ms)
  if rank > known_rank then add_event(base, id, ARGV[6], now_ms, '') end
  local digest = string.sub(redis.sha1hex(ARGV[8]), 1, 16)
  local index = base .. 'w:' .. math.floor(now_ms / 86400000)
  redis.call('HSET', index, digest, id)
  if redis.call('HLEN', index) == 1 then redis.call('PEXPIRE', index, INDEX_TTL_MS) end

  local job
  -- Another send of it may be on the wire (its finish will come); wherever else it waits, this settles it.
  if place and (mine or place ~= PLACE_WIRE) then
    job = leave(base, id, place, rec.l, rec.to, rec.g, rec.j, now_ms)
    if math.max(rank, known_rank) >= RANK_DELIVERED then redis.call('UNLINK', base .. 'b:' .. id) end
  end

  -- Statuses that came before anyone knew this wamid.
  local orphans = redis.call('LRANGE', base .. 'o:' .. digest, 0, -1)
  if #orphans > 0 then
    redis.call('DEL', base .. 'o:' .. digest)
    for _, packed in ipairs(orphans) do
      local status = cjson.decode(packed)
      local _, next_job = apply_status(base, id, read_for_status(base, id), status, now_ms)
      job = job or next_job
    end
  end
  return { mine and 'done' or 'late', job or false }
end

-- A send that was not taken: it says nothing about a later send, nor about a message the provider has after all.
if not mine or not place or known_rank >= RANK_SUBMITTED then
  if ARGV[14] == '1' then redis.call('HSET', key, 'o' .. wire, ARGV[7]) else redis.call('HDEL', key, 'o' .. wire) end
  local job
  if mine and place == PLACE_WIRE then job = leave(base, id, place, rec.l, rec.to, rec.g, rec.j, now_ms) end
  return { 'late', job or false }
end
-- Not on the wire any more: only a doubt still waiting can learn from it. (This also makes a repeated finish harmless.)
if verdict == 'later' and place ~= PLACE_WIRE and not redis.call('HGET', key, 'th') then return { 'late', false } end

if ARGV[14] == '1' then
  redis.call('HSET', key, 'o' .. wire, ARGV[7])
else
  redis.call('HDEL', key, 'o' .. wire)
  redis.call('HINCRBY', key, 'a', -1)
  redis.call('HINCRBY', key, 'h', 1)
end
if ARGV[9] ~= '' then
  redis.call('HSET', key, 'er', ARGV[9])
  redis.call('SET', base .. 'x:' .. id, ARGV[10], 'PX', RECORD_TTL_MS)
end

if verdict == 'fail' then
  redis.call('HSET', key, 'k', rank, 't' .. rank, now_ms)
  local job = leave(base, id, place, rec.l, rec.to, rec.g, rec.j, now_ms)
  add_event(base, id, ARGV[6], now_ms, ARGV[10])
  return { 'done', job or false }
end

-- verdict 'later': `sending` steps back to `queued`, but a doubt stays on record until evidence ends it.
local until_ms = now_ms + tonumber(ARGV[11])
local doubt_rank = redis.call('HGET', key, 't' .. RANK_UNCONFIRMED) and RANK_UNCONFIRMED or RANK_QUEUED
local waiting_rank = math.max(rank, doubt_rank)
redis.call('ZADD', base .. 'later', until_ms, id)
redis.call('HSET', key, 'p', PLACE_LATER, 'r', ARGV[12], 'u', until_ms, 'k', waiting_rank)
if ARGV[13] ~= '' then
  redis.call('HSET', key, 'th', ARGV[13])
  if redis.call('HSETNX', key, 't' .. rank, now_ms) == 1 then add_event(base, id, ARGV[6], now_ms, ARGV[10]) end
else
  redis.call('HDEL', key, 'th')
end
return { 'done', false }
