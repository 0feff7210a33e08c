-- accept: takes messages of one sender in: idempotency, record, content, indices, place, all or nothing per message.
-- Atomic because a crash after the record but before its place would strand it, and two equal keys must meet one id.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 most a caller may have waiting · 3 the traces of the messages, 32 characters each (blanks for
--          none), or '' when none has one, then per message 18: id, to, lane, caller, type, content, sendAt ms|'',
--          expiresAt ms|'', reference|'', metadata|'', idempotency digest|'', body digest, doubt policy 0|1, template|'',
--          template of its fallback|'', '1' when it passes through unchecked, how long the recipient's window must stay open
--          ms, or '' when that is of no matter (and for what is sent later, of which the last moment decides), what of it is
--          marketing: 'c' it | 'f' its fallback | ''
-- returns  1 when a worker must be called, then per message { code, id }: code 'accepted', 'replay' (id of the first),
--          'conflict' (same key, other body), 'full' (its caller has too many waiting), 'closed' (no window is open; for the
--          id: ms when it closed, or '' if nothing is known of one); of the last two nothing is kept, nor the key
-- @include now expiry ready contact
local base = KEYS[1]
local now_ms = math.floor(clock_us(ARGV[1]) / 1000)
local waiting = {}

-- Whether a caller has room for one more; counts it if so.
local function has_room(caller)
  if not waiting[caller] then
    waiting[caller] = 0
    for lane = 0, 2 do waiting[caller] = waiting[caller] + redis.call('LLEN', base .. 'bl:' .. lane .. ':' .. caller) end
  end
  if waiting[caller] >= tonumber(ARGV[2]) then return false end
  waiting[caller] = waiting[caller] + 1
  return true
end

-- 1. Contacts: one look for all, since most recipients have one spelling.
local messages, spellings = {}, {}
for at = 4, #ARGV, 18 do
  messages[#messages + 1] = {
    id = ARGV[at], to = ARGV[at + 1], lane = ARGV[at + 2], caller = ARGV[at + 3], type = ARGV[at + 4],
    content = ARGV[at + 5], send_at = ARGV[at + 6], expires_at = ARGV[at + 7], reference = ARGV[at + 8],
    metadata = ARGV[at + 9], key_digest = ARGV[at + 10], body_digest = ARGV[at + 11], gives_up = ARGV[at + 12] == '0',
    template = ARGV[at + 13], fallback = ARGV[at + 14], passes_through = ARGV[at + 15] == '1', margin = tonumber(ARGV[at + 16]),
    marketing = ARGV[at + 17], trace = string.sub(ARGV[3], 32 * #messages + 1, 32 * #messages + 32),
  }
  spellings[#spellings + 1] = ARGV[at + 1]
end
local contacts, checked = resolve_many(base, spellings, now_ms), {}
for _, message in ipairs(messages) do
  message.contact = contacts[message.to]
  message.planned = message.send_at ~= '' and tonumber(message.send_at) > now_ms
  if message.planned then message.margin = nil end
  if message.margin then checked[#checked + 1] = message.contact end
end
local windows = read_windows(base, checked, now_ms)

-- 2. Idempotency: who was here before is answered with what was accepted then.
local results, new = {}, {}
for _, message in ipairs(messages) do
  local body_digest, known = message.body_digest, false
  local has_key = message.key_digest ~= ''
  local key = base .. 'i:' .. message.caller .. ':' .. message.key_digest
  local closes = message.margin and (windows[message.contact] or 0) + WINDOW_MS
  if closes and closes - message.margin <= now_ms then
    known = has_key and redis.call('GET', key)
    if not known then
      results[#results + 1] = { 'closed', closes > WINDOW_MS and string.format('%.0f', closes) or '' }
    end
  elseif not has_room(message.caller) then
    known = has_key and redis.call('GET', key)
    if not known then results[#results + 1] = { 'full', '' } end
  else
    known = has_key and redis.call('SET', key, body_digest .. message.id, 'PX', IDEMPOTENCY_TTL_MS, 'NX', 'GET')
    if known then
      waiting[message.caller] = waiting[message.caller] - 1
    else
      results[#results + 1] = { 'accepted', message.id }
      new[#new + 1] = message
    end
  end
  if known then
    local same = string.sub(known, 1, #body_digest) == body_digest
    results[#results + 1] = { same and 'replay' or 'conflict', string.sub(known, #body_digest + 1) }
  end
end
if #new == 0 then return { 0, unpack(results) } end

-- 3. Turns: what is for now joins its contact's chain (bulk is exempt). Read once, written once for all.
local chained, fields = {}, {}
for _, message in ipairs(new) do
  if not message.planned and message.lane ~= '2' then
    chained[#chained + 1] = message
    fields[#fields + 1] = message.lane .. message.contact
  end
end
if #chained > 0 then
  local last, written = {}, {}
  for i, id in ipairs(redis.call('HMGET', base .. 'turns', unpack(fields))) do last[fields[i]] = last[fields[i]] or id end
  for i, message in ipairs(chained) do
    local before = last[fields[i]]
    -- Behind a damaged record nobody would ever get the turn: the chain begins anew.
    message.waits_turn = before and pcall(redis.call, 'HSET', base .. 'm:' .. before, 'j', message.id)
    message.holds_turn = not message.waits_turn
    last[fields[i]] = message.id
    written[#written + 1] = fields[i]
    written[#written + 1] = message.id
  end
  redis.call('HSET', base .. 'turns', unpack(written))
end

-- 4. Places and records.
local later, ends, backlogs, contents, ids = {}, {}, {}, {}, {}
local farthest_ms = now_ms

local function place(message)
  if message.planned then
    later[#later + 1] = message.send_at
    later[#later + 1] = message.id
    farthest_ms = math.max(farthest_ms, tonumber(message.send_at)) -- the indices must outlive what is planned, too
    return PLACE_LATER
  elseif message.waits_turn then
    return PLACE_TURN
  end
  local queue = message.lane .. ':' .. message.caller
  if not backlogs[queue] then
    backlogs[queue] = { lane = message.lane, caller = message.caller, ids = {} }
    table.insert(backlogs, backlogs[queue])
  end
  table.insert(backlogs[queue].ids, message.id)
  return PLACE_BACKLOG
end

for i, message in ipairs(new) do
  local record = { 'to', message.to, 'l', message.lane, 'c', message.caller, 'k', RANK_QUEUED, 'q', now_ms }
  local function set(field, value) record[#record + 1] = field; record[#record + 1] = value end
  if message.contact ~= message.to then set('ct', message.contact) end
  local where = place(message)
  set('p', where)
  if where == PLACE_LATER then set('r', REASON_SCHEDULED); set('u', message.send_at) end
  if message.holds_turn then set('g', 1) end
  if message.expires_at ~= '' then
    set('e', message.expires_at)
    ends[#ends + 1] = message.expires_at
    ends[#ends + 1] = message.id
  end
  if message.send_at ~= '' then set('s', message.send_at) end
  if message.gives_up then set('d', 0) end
  if message.template ~= '' then set('tp', message.template) else set('y', message.type) end
  if message.fallback ~= '' then set('ft', message.fallback) end
  if message.passes_through then set('pt', 1) end
  if message.marketing ~= '' then set('mk', message.marketing) end
  if string.find(message.trace, '^%S') then set('tr', message.trace) end
  if message.reference ~= '' then set('f', message.reference) end
  if message.metadata ~= '' then
    set('md', 1)
    redis.call('SET', base .. 'd:' .. message.id, message.metadata)
  end
  redis.call('HSET', base .. 'm:' .. message.id, unpack(record))
  contents[#contents + 1] = base .. 'b:' .. message.id
  contents[#contents + 1] = message.content
  ids[i] = message.id
end
redis.call('MSET', unpack(contents))
if #later > 0 then redis.call('ZADD', base .. 'later', unpack(later)) end
if #ends > 0 then redis.call('ZADD', base .. 'ends', unpack(ends)) end
for _, queue in ipairs(backlogs) do queue_up(base, 'RPUSH', queue.lane, queue.caller, queue.ids) end

-- 5. Indices.
local index_ttl = INDEX_TTL_MS + farthest_ms - now_ms
local hour_key = base .. 't:' .. math.floor(now_ms / 3600000)
redis.call('RPUSH', hour_key, unpack(ids))
live_at_least(hour_key, index_ttl)

local day_key = base .. 'r:' .. math.floor(now_ms / 86400000)
local recipients, of_day, written = {}, {}, {}
for i, message in ipairs(new) do recipients[i] = message.contact end
for i, known in ipairs(redis.call('HMGET', day_key, unpack(recipients))) do of_day[recipients[i]] = known or '' end
for i, id in ipairs(ids) do of_day[recipients[i]] = of_day[recipients[i]] .. id end
for contact, packed in pairs(of_day) do
  written[#written + 1] = contact
  written[#written + 1] = packed
end
redis.call('HSET', day_key, unpack(written))
live_at_least(day_key, index_ttl)

for _, message in ipairs(new) do
  if message.reference ~= '' then
    redis.call('RPUSH', base .. 'f:' .. message.reference, message.id)
    live_at_least(base .. 'f:' .. message.reference, index_ttl)
  end
end
return { #backlogs > 0 and ring(base) or 0, unpack(results) }
