-- finish: wire -> submitted, failed, later or back in line, by the verdicts about sends that were answered together; and
-- the turn of each recipient passes on.
-- Atomic because the outcome, the wamid's index, the status and the next place are one fact.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '', then per send 20: id, wire number, verdict 'submit' | 'fail' | 'later', rank, status word,
--          log, wamid|'', failure short|'', failure JSON|'', wait ms, reason code, unsettled doubt '' |
--          '0' fail | '1' resend, '1' when an attempt was used up, what rests '' | 'sender' | 'lane' | 'template' |
--          'recipient', for ms or -1 until resumed ('template' -1 and 'fail': for good), '1' to slow the sender down,
--          begun ms, '1' when its fallback is to go from now on, spellings that the answer showed to be one person's:
--          '<one> <other> …', the endpoint to use from now on 0|1|''
-- returns  '1' when something is ready, what changed (include/change.lua), then per send 'done', 'late' (the message had moved on; what was learned is
--          kept) or 'damaged' (its record cannot be read; set aside)
-- @include now guard pace record event change doubt expiry ready contact turn leave failed hold pair status join
local base = KEYS[1]
local now = clock_us(ARGV[1])
local now_ms = math.floor(now / 1000)

local function rest_until(send)
  return send.rest_ms < 0 and FOR_EVER_MS or now_ms + send.rest_ms
end

-- The template this send was made from.
local function template_of(rec, send)
  return rec.fb and tonumber(rec.fb) <= tonumber(send.wire) and rec.ft or rec.tp
end

-- The provider's word about more than this message counts whatever became of the message.
local function heed(send, rec)
  local until_ms, template = string.format('%.0f', rest_until(send)), template_of(rec, send)
  if send.rests == 'sender' then -- of several holds the longest counts
    if tonumber(until_ms) > tonumber(redis.call('HGET', base .. 's', 'hold') or 0) then
      redis.call('HSET', base .. 's', 'hold', until_ms, 'holdr', send.short)
    end
  elseif send.rests == 'lane' then
    redis.call('HSET', base .. 's', 'full' .. rec.l, until_ms)
  elseif send.rests == 'template' and template then
    note_rest(base, template, {
      ['until'] = tonumber(until_ms), how = send.verdict == 'fail' and 'ended' or 'rests', short = send.short,
      failure = send.failure, since = now_ms,
    })
  elseif send.rests == 'recipient' then
    -- As if the budget had just been used up, less what comes back while it rests.
    local contact = resolve(base, contact_of(rec), now_ms)
    local budgets = read_pairs(base, { contact }, now_ms)
    local budget = budgets[contact]
    budget.full_at = math.max(budget.full_at, now_ms + send.rest_ms + PAIR_DEBT_MS - PAIR_INTERVAL_MS)
    budget.changed = true
    keep_pairs(base, budgets, now_ms)
  end
  if send.slow then slow_down(base, now) end
end

-- What the record keeps of one send; times in a record count from its acceptance, to stay short.
local function log_of(rec, send)
  return (send.begun_ms - rec.q) .. ',' .. send.log
end

-- The provider has it.
local function submit(id, rec, send)
  local key, known_rank = base .. 'm:' .. id, tonumber(rec.k)
  local written_off = is_written_off(rec, send.wire, send.rank)
  local fields = { 'o' .. send.wire, log_of(rec, send) }
  if not rec.w or send.wamid < rec.w then fields[3] = 'w'; fields[4] = send.wamid end
  if not rec['t' .. RANK_SUBMITTED] then
    fields[#fields + 1] = 't' .. RANK_SUBMITTED
    fields[#fields + 1] = now_ms - rec.q
  end
  if send.rank > known_rank and not written_off then
    fields[#fields + 1] = 'k'
    fields[#fields + 1] = send.rank
    add_event(base, id, send.word, now_ms, '')
    end_doubt(base, id, rec)
  end
  redis.call('HSET', key, unpack(fields))
  if written_off then return end
  -- Another send of it may be on the wire (its finish will come); wherever else it waits, this settles it.
  if rec.p ~= PLACE_NONE and (rec.p ~= PLACE_WIRE or send.mine) then leave(base, id, rec) end
end

-- What came of this send. One that used up no attempt gives it back, however late that is known: others of it may have gone
-- since, and all count towards the most. Once only, and not after an order to begin anew.
local function keep_log(key, rec, send)
  if send.used then
    redis.call('HSET', key, 'o' .. send.wire, log_of(rec, send))
  elseif redis.call('HDEL', key, 'o' .. send.wire) == 1 and tonumber(send.wire) > tonumber(rec.rt or 0) then
    redis.call('HINCRBY', key, 'a', -1)
  end
end

-- Where a message goes that was not taken and waits: with its template, at its time, or back to the head of its line.
local function wait(id, rec, send)
  local key, template = base .. 'm:' .. id, template_of(rec, send)
  redis.call('PERSIST', base .. 'b:' .. id)
  if tonumber(send.reason) == REASON_TEMPLATE_HELD then
    if template then return hold_by_template(base, id, rec, template) end
    send.wait_ms = send.rest_ms -- it has none that could rest, so it rests by itself
  end
  if send.wait_ms == 0 and send.unsettled == '' then
    redis.call('HDEL', key, 'r', 'u', 'th')
    return come_back(base, id, rec, 'LPUSH', now_ms)
  end
  local until_ms = now_ms + send.wait_ms
  redis.call('ZADD', base .. 'later', until_ms, id)
  redis.call('HSET', key, 'p', PLACE_LATER, 'r', send.reason, 'u', until_ms)
  if tonumber(send.reason) == REASON_TIER then give_turn_up(base, id, rec) end -- it may wait for hours
end

-- It was not taken, or that is in doubt.
local function put_off(id, rec, send)
  local key = base .. 'm:' .. id
  -- This says nothing about a later send, nor about a message that the provider has after all.
  if not send.mine or rec.p == PLACE_NONE or tonumber(rec.k) >= RANK_SUBMITTED then
    keep_log(key, rec, send)
    if send.mine and rec.p == PLACE_WIRE then leave(base, id, rec) end
    return 'late'
  end
  -- Off the wire already: only a doubt that still waits can learn from it. (So a repeated finish is harmless, too.)
  if send.verdict == 'later' and rec.p ~= PLACE_WIRE and not rec.th then return 'late' end

  keep_log(key, rec, send)
  if send.used then
    redis.call('HDEL', key, 'h')
  else
    -- Certainly not sent: what goes next is asked anew.
    if rec.fb == send.wire and send.unsettled == '' then redis.call('HDEL', key, 'fb') end
    if tonumber(send.reason) == REASON_PAIR_THROTTLED then redis.call('HINCRBY', key, 'h', 1) end
  end
  if send.verdict == 'fail' then
    mark_failed(base, id, rec, send.short, send.failure, now_ms)
    leave(base, id, rec)
    return 'done'
  end
  if send.way ~= '' then redis.call('HSET', key, 'wy', send.way) end
  -- Between this send and the next, so that it is no send's own choice: the provider's word is not asked anew.
  if send.falls_back and rec.ft then redis.call('HSET', key, 'fb', send.wire .. '.5') end
  if send.short ~= '' then
    redis.call('HSET', key, 'er', send.short)
    redis.call('SET', base .. 'x:' .. id, send.failure, 'PX', RECORD_TTL_MS)
  end

  -- `sending` steps back to `queued`, but a doubt stays on record until evidence ends it.
  local doubted = redis.call('HEXISTS', key, 't' .. RANK_UNCONFIRMED) == 1 and RANK_UNCONFIRMED or RANK_QUEUED
  local rank = math.max(send.rank, doubted)
  redis.call('HSET', key, 'k', rank)
  if rank == RANK_UNCONFIRMED then note_doubt(base, id, now_ms + send.wait_ms, send.unsettled == '' and 'NX') end
  if rec.p == PLACE_LATER then redis.call('ZREM', base .. 'later', id) end
  if send.unsettled == '' then
    redis.call('HDEL', key, 'th')
  else
    redis.call('HSET', key, 'th', send.unsettled)
    if redis.call('HSETNX', key, 't' .. send.rank, now_ms - rec.q) == 1 then add_event(base, id, send.word, now_ms, send.failure) end
  end
  wait(id, rec, send)
  return 'done'
end

local function finish(send)
  local rec = read_record(base, send.id, STATUS_FIELDS)
  if not rec.k then return 'late' end -- its record has ended: after a doubt of many days, say
  heed(send, rec)
  send.mine = send.wire == rec.x and send.wire ~= rec.rt -- its message may have been ordered again since
  if send.verdict ~= 'submit' then return put_off(send.id, rec, send) end
  submit(send.id, rec, send)
  if send.orphans_exist then join_orphans(base, send.id, send.wire, send.orphan_key, now_ms) end
  return send.mine and 'done' or 'late'
end

local sends, leases, orphan_keys, index_entries = {}, {}, {}, {}
for at = 2, #ARGV, 20 do
  local send = {
    id = ARGV[at], wire = ARGV[at + 1], verdict = ARGV[at + 2], rank = tonumber(ARGV[at + 3]), word = ARGV[at + 4],
    log = ARGV[at + 5], wamid = ARGV[at + 6], short = ARGV[at + 7], failure = ARGV[at + 8],
    wait_ms = tonumber(ARGV[at + 9]), reason = ARGV[at + 10], unsettled = ARGV[at + 11], used = ARGV[at + 12] == '1',
    rests = ARGV[at + 13], rest_ms = tonumber(ARGV[at + 14]), slow = ARGV[at + 15] == '1',
    begun_ms = tonumber(ARGV[at + 16]), falls_back = ARGV[at + 17] == '1', spellings = ARGV[at + 18], way = ARGV[at + 19],
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

-- The first write needs no memory: after it, a Redis that is full lets the rest pass. Whatever follows, the leases are not
-- left without an end: what concerns one message is guarded, and a damaged one is set aside.
redis.call('ZREM', base .. 'wire', unpack(leases))
local orphans_exist = false
if #index_entries > 0 then
  index_wamids(base, index_entries, now_ms)
  orphans_exist = redis.call('EXISTS', unpack(orphan_keys)) > 0
end

local results = { '0', '' }
for _, send in ipairs(sends) do
  send.orphans_exist = orphans_exist and send.orphan_key ~= nil
  local code, wrong = guarded(finish, send)
  if wrong then set_aside(base, send.id, wrong) end
  results[#results + 1] = code or 'damaged'
end
-- When the turns have passed, for a join needs a chain that has ended.
for _, send in ipairs(sends) do
  for one, other in string.gmatch(send.spellings, '(%S+) (%S+)') do learn(base, one, other, now_ms) end
end
if flush_ready(base) then results[1] = '1' end
results[2] = changes_text()
return results
