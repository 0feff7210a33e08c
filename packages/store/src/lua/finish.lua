-- finish: wire -> submitted, failed or later, by the verdicts about sends that were answered together; and the turn of
-- each recipient passes on.
-- Atomic because the outcome, the wamid's index, the status and the next place are one fact.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '', then per send 16: id, wire number, verdict 'submit' | 'fail' | 'later', rank, status word,
--          log, wamid|'', failure short|'', failure JSON|'', wait ms, reason code, unsettled doubt '' |
--          '0' fail | '1' resend, '1' when an attempt was used up, hold the sender for ms|0, '1' to slow it down,
--          begun ms
-- returns  per send { 'done' } or { 'late' } (the message had moved on; what was learned is kept), and the job of the
--          next turn
-- @include now pace record turn event leave status
local base = KEYS[1]
local now = clock_us(ARGV[1])
local now_ms = math.floor(now / 1000)

-- The provider's word about the sender counts whatever became of the message.
local function heed(send)
  if send.hold_ms > 0 then -- of several holds the longest counts
    local until_ms = now_ms + send.hold_ms
    if until_ms > tonumber(redis.call('HGET', base .. 's', 'hold') or 0) then
      redis.call('HSET', base .. 's', 'hold', until_ms, 'holdr', send.short)
    end
  end
  if send.slow then
    local s = redis.call('HMGET', base .. 's', 'slow', 'slowat')
    -- Answers to what was in flight together are one sign, not many: slow down at most once a second.
    if not s[2] or now - tonumber(s[2]) > 1000000 then
      local factor = math.max(SLOW_FLOOR, slow_factor(s[1], s[2], now) * SLOW_FACTOR)
      redis.call('HSET', base .. 's', 'slow', factor, 'slowat', now)
    end
  end
end

-- What the record keeps of one send; times in a record count from its acceptance, to stay short.
local function log_of(rec, send)
  return (send.begun_ms - rec.q) .. ',' .. send.log
end

-- The provider has it.
local function submit(id, rec, send)
  local key, known_rank = base .. 'm:' .. id, tonumber(rec.k)
  local fields = { 'o' .. send.wire, log_of(rec, send) }
  if not rec.w or send.wamid < rec.w then fields[3] = 'w'; fields[4] = send.wamid end
  if not rec['t' .. RANK_SUBMITTED] then
    fields[#fields + 1] = 't' .. RANK_SUBMITTED
    fields[#fields + 1] = now_ms - rec.q
  end
  if send.rank > known_rank then
    fields[#fields + 1] = 'k'
    fields[#fields + 1] = send.rank
    add_event(base, id, send.word, now_ms, '')
  end
  redis.call('HSET', key, unpack(fields))
  -- Another send of it may be on the wire (its finish will come); wherever else it waits, this settles it.
  if rec.p == PLACE_NONE or (rec.p == PLACE_WIRE and not send.mine) then return nil end
  return leave(base, id, rec, now_ms)
end

local function keep_log(key, rec, send)
  if send.used then redis.call('HSET', key, 'o' .. send.wire, log_of(rec, send)) else redis.call('HDEL', key, 'o' .. send.wire) end
end

-- It was not taken, or that is in doubt.
local function put_off(id, rec, send)
  local key = base .. 'm:' .. id
  -- This says nothing about a later send, nor about a message that the provider has after all.
  if not send.mine or rec.p == PLACE_NONE or tonumber(rec.k) >= RANK_SUBMITTED then
    keep_log(key, rec, send)
    if send.mine and rec.p == PLACE_WIRE then return 'late', leave(base, id, rec, now_ms) end
    return 'late', nil
  end
  -- Off the wire already: only a doubt that still waits can learn from it. (So a repeated finish is harmless, too.)
  if send.verdict == 'later' and rec.p ~= PLACE_WIRE and not rec.th then return 'late', nil end

  keep_log(key, rec, send)
  if send.used then
    redis.call('HDEL', key, 'h')
  else
    redis.call('HINCRBY', key, 'a', -1)
    if tonumber(send.reason) == REASON_PAIR_THROTTLED then redis.call('HINCRBY', key, 'h', 1) end
  end
  if send.short ~= '' then
    redis.call('HSET', key, 'er', send.short)
    redis.call('SET', base .. 'x:' .. id, send.failure, 'PX', RECORD_TTL_MS)
  end
  if send.verdict == 'fail' then
    redis.call('HSET', key, 'k', send.rank, 't' .. send.rank, now_ms - rec.q)
    add_event(base, id, send.word, now_ms, send.failure)
    return 'done', leave(base, id, rec, now_ms)
  end

  -- `sending` steps back to `queued`, but a doubt stays on record until evidence ends it.
  local until_ms = now_ms + send.wait_ms
  local doubted = redis.call('HEXISTS', key, 't' .. RANK_UNCONFIRMED) == 1 and RANK_UNCONFIRMED or RANK_QUEUED
  redis.call('ZADD', base .. 'later', until_ms, id)
  redis.call('PERSIST', base .. 'b:' .. id)
  redis.call('HSET', key, 'p', PLACE_LATER, 'r', send.reason, 'u', until_ms, 'k', math.max(send.rank, doubted))
  if send.unsettled == '' then
    redis.call('HDEL', key, 'th')
  else
    redis.call('HSET', key, 'th', send.unsettled)
    if redis.call('HSETNX', key, 't' .. send.rank, now_ms - rec.q) == 1 then add_event(base, id, send.word, now_ms, send.failure) end
  end
  return 'done', nil
end

local sends, leases, orphan_keys, index_entries = {}, {}, {}, {}
for at = 2, #ARGV, 16 do
  local send = {
    id = ARGV[at], wire = ARGV[at + 1], verdict = ARGV[at + 2], rank = tonumber(ARGV[at + 3]), word = ARGV[at + 4],
    log = ARGV[at + 5], wamid = ARGV[at + 6], short = ARGV[at + 7], failure = ARGV[at + 8],
    wait_ms = tonumber(ARGV[at + 9]), reason = ARGV[at + 10], unsettled = ARGV[at + 11], used = ARGV[at + 12] == '1',
    hold_ms = tonumber(ARGV[at + 13]), slow = ARGV[at + 14] == '1', begun_ms = tonumber(ARGV[at + 15]),
  }
  sends[#sends + 1] = send
  leases[#leases + 1] = send.id .. '.' .. send.wire
  if send.wamid ~= '' then
    local digest = wamid_digest(send.wamid)
    send.orphan_key = base .. 'o:' .. digest
    orphan_keys[#orphan_keys + 1] = send.orphan_key
    index_entries[#index_entries + 1] = digest
    index_entries[#index_entries + 1] = owner_of(send.id, send.wire)
  end
end

redis.call('ZREM', base .. 'wire', unpack(leases))
local orphans_exist = false
if #index_entries > 0 then
  index_wamids(base, index_entries, now_ms)
  orphans_exist = redis.call('EXISTS', unpack(orphan_keys)) > 0
end

local results = {}
for _, send in ipairs(sends) do
  heed(send)
  local rec = read_record(base, send.id, STATUS_FIELDS)
  local code, job
  if not rec.k then
    code = 'late' -- its record has ended: after a doubt of many days, say
  elseif send.verdict == 'submit' then
    send.mine = send.wire == rec.x
    code, job = send.mine and 'done' or 'late', submit(send.id, rec, send)
    if orphans_exist then job = join_orphans(base, send.id, send.wire, send.orphan_key, now_ms) or job end
  else
    send.mine = send.wire == rec.x
    code, job = put_off(send.id, rec, send)
  end
  results[#results + 1] = { code, job or false }
end
return results
