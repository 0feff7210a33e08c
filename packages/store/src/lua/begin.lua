-- begin: backlog -> wire, for as many messages as may go now. Lanes by urgency, callers in turn; each message is asked
-- whether it is still wanted, whether its recipient's window is open for it (else its fallback goes instead, or it fails),
-- and whether template, recipient and pace let it go. Then its slot and its lease are taken and its content returned.
-- Atomic because between the check and the reservation nobody else may send the message or take the slot.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 pace per s, 0 for none · 3-5 most of each lane · 6 most in all · 7 bulk rests until ms, or 0
--          · 8 '1' when it matters for every message whether a window is open · 9 who looks, or '' · 10 the number of this
--          look · 11 how long before its end a window counts as closed for free-form content ms, or '' when it is of no matter
-- returns  { now µs, next slot µs or -1, 1 when more may go at once, interval µs, what the same look took when its answer
--          was lost: '<id>.<wire number> …', or '', what changed (include/change.lua) } and per message
--          { id, slot µs, wire number, attempts, to, lane, content, expiresAt|'', doubt policy, throttles, ms since when it is
--          due or '' when it was ordered again after it failed, caller, template|'', ms when the window closes or 0, contact,
--          'fallback' when that is what goes, 'checked' when it is free-form content that must not be written later than
--          that, or '', when what goes is marketing: all spellings of its recipient, joined by spaces, else '', the endpoint
--          that an answer referred it to 0|1|'' }
-- @include now guard pace record event change doubt expiry ready contact turn leave failed give_up hold pair
local base = KEYS[1]
local now = clock_us(ARGV[1])
local now_ms = math.floor(now / 1000)
local lane_most, most, quiet_until, needs_windows = { ARGV[3], ARGV[4], ARGV[5] }, tonumber(ARGV[6]), ARGV[7], ARGV[8] == '1'
local margin = tonumber(ARGV[11])
local pace = read_pace(base, now, ARGV[2], 'rg', 'hold', 'pause', 'pause0', 'pause1', 'pause2', 'full0', 'full1', 'full2',
  'vt0', 'vt1', 'vt2', 'sv1', 'sv2')
local state = pace.more
local FIELDS = { 'p', 'l', 'to', 'ct', 'x', 'a', 'e', 'd', 'h', 'q', 'c', 'g', 'j', 'k', 'md', 'tp', 'y', 'ft', 'fb', 'mk', 'wy', 's', 'rt', 'v' }
local holds = read_holds(base)
local begun, leases, budgets, windows, contacts = {}, {}, {}, {}, {}
local next_us, more, seen = -1, false, 0

local function is_lane_at_rest(lane)
  return state[4 + lane] or tonumber(state[7 + lane] or 0) > now_ms or (lane == 2 and tonumber(quiet_until) > now_ms)
end

-- Up to `count` ids of a lane, as its callers' times say; they leave their lists only when the lane is done with.
local function pick(callers, lane, count)
  local ids = {}
  while #ids < count do
    local best
    for _, caller in ipairs(callers) do
      if not caller.is_empty and (not best or caller.time < best.time) then best = caller end
    end
    if not best then break end
    local id = best.ids[best.taken + 1]
    if not id then
      local backlog = base .. 'bl:' .. lane .. ':' .. best.name
      for _, found in ipairs(redis.call('LRANGE', backlog, best.taken, best.taken + count - 1)) do table.insert(best.ids, found) end
      id = best.ids[best.taken + 1]
    end
    if id then
      ids[#ids + 1] = { id = id, caller = best, time = best.time }
      best.taken, best.time = best.taken + 1, best.time + 1
    else
      best.is_empty = true
    end
  end
  return ids
end

-- Takes back what was picked last: there is no slot for it, or no room.
local function unpick(picked, from)
  for i = #picked, from, -1 do
    local caller = picked[i].caller
    caller.taken, caller.time, caller.is_empty = caller.taken - 1, caller.time - 1, false
  end
end

local function wait_for_pair(id, rec, until_ms)
  redis.call('ZADD', base .. 'later', until_ms, id)
  redis.call('HSET', base .. 'm:' .. id, 'p', PLACE_LATER, 'r', REASON_PAIR, 'u', string.format('%.0f', until_ms))
end

-- A worker of the release that wrote it will take it; until then it keeps its turn, and no attempt is counted (ADR 24).
local function wait_for_upgrade(id)
  local until_ms = now_ms + UPGRADE_WAIT_MS
  redis.call('ZADD', base .. 'later', until_ms, id)
  redis.call('HSET', base .. 'm:' .. id, 'p', PLACE_LATER, 'r', REASON_UPGRADE, 'u', string.format('%.0f', until_ms))
end

-- Whether it needs an open window: everything but templates, and what passes through as one.
local function is_free_form(rec)
  return not rec.tp and rec.y ~= 'template'
end

-- The names that wait to be joined with a contact, each after a space; nil when there are none. Read once in a look.
local unjoined
local function unjoined_of(contact)
  if not unjoined then
    unjoined = {}
    for _, pair in ipairs(redis.call('SMEMBERS', base .. 'joins')) do
      local one, other = string.match(pair, '^(%S+) (%S+)$')
      if one then
        unjoined[one] = (unjoined[one] or '') .. ' ' .. other
        unjoined[other] = (unjoined[other] or '') .. ' ' .. one
      end
    end
  end
  return unjoined[contact]
end

-- All names of a recipient, those that wait to be joined included: its consent is asked for under each of them.
local function names_of(contact, to)
  local names = spellings_of(base, contact, now_ms)
  names[#names + 1] = contact
  names[#names + 1] = to
  return table.concat(names, ' ') .. (unjoined_of(contact) or '')
end

-- What becomes of a message that has left its backlog; true when it took the slot.
local function begin(id, rec, lane, slot)
  if rec.p ~= PLACE_BACKLOG or begun[id] then return false end -- it has moved on; nothing may name it here
  if rec.e and tonumber(rec.e) <= now_ms then
    give_up(base, id, rec, now_ms)
    return false
  end
  if rec.v and tonumber(rec.v) > RECORD_VERSION then
    wait_for_upgrade(id)
    return false
  end
  local contact, slot_ms = contacts[id], math.floor(slot / 1000)
  local closes = windows[contact] and windows[contact] + WINDOW_MS or 0
  local is_closed = margin and is_free_form(rec) and closes - margin <= slot_ms
  local is_fallback = rec.ft and (rec.fb or is_closed) -- once begun as its fallback, it stays that
  if is_closed and not is_fallback then
    if tonumber(rec.k) == RANK_UNCONFIRMED then -- nobody may say that it was not sent
      give_up(base, id, rec, now_ms)
      return false
    end
    mark_failed(base, id, rec, CLOSED_SHORT, CLOSED_JSON, now_ms)
    leave(base, id, rec)
    return false
  end
  local template = is_fallback and rec.ft or rec.tp
  local hold, hold_key = hold_of(holds, template, now_ms)
  if hold and hold.how == 'ended' then
    mark_failed(base, id, rec, hold.short, hold.failure, now_ms)
    leave(base, id, rec)
    return false
  elseif hold then
    hold_by_template(base, id, rec, hold_key)
    return false
  end
  local budget = budgets[contact]
  if pair_time(budget, slot_ms) > slot_ms then
    wait_for_pair(id, rec, promise_pair(budget, slot_ms))
    return false
  end

  -- From here on the content may end by itself; whatever puts the message back makes it stay again.
  local content = redis.call('GETEX', base .. 'b:' .. id, 'PX', BODY_TTL_MS)
  assert(content, 'its content is gone')
  take_pair(budget, slot_ms)
  local wire_number, attempts = tonumber(rec.x or 0) + 1, tonumber(rec.a or 0) + 1
  redis.call('HSET', base .. 'm:' .. id, 'p', PLACE_WIRE, 'x', wire_number, 'a', attempts,
    'k', math.max(tonumber(rec.k), RANK_SENDING), 'o' .. wire_number, slot_ms - rec.q)
  if contact ~= contact_of(rec) then resolve_record(base, id, rec, now_ms) end
  if is_fallback and not rec.fb then redis.call('HSET', base .. 'm:' .. id, 'fb', wire_number) end
  begun[id] = true
  leases[#leases + 1] = slot_ms + LEASE_MS
  leases[#leases + 1] = id .. '.' .. wire_number
  begun[#begun + 1] = {
    id, slot, wire_number, attempts, rec.to, lane, content, rec.e or '', rec.d or '1', tonumber(rec.h or 0),
    rec.rt and '' or math.max(tonumber(rec.q), tonumber(rec.s or 0)), rec.c, template or '', closes, contact,
    is_fallback and 'fallback' or margin and is_free_form(rec) and 'checked' or '',
    rec.mk == (is_fallback and 'f' or 'c') and names_of(contact, rec.to) or '', rec.wy or '',
  }
  return true
end

-- The records of a round, read together with what is known of their contacts. Whoever holds a turn has the contact he
-- joined with; bulk asks now.
local function read_round(picked, lane)
  local bulk, unknown, writers = {}, {}, {}
  for _, one in ipairs(picked) do
    local rec, wrong = guarded(read_record, base, one.id, FIELDS)
    if rec and rec.k and not (rec.q and rec.to and rec.c) then rec, wrong = nil, 'a field is missing' end
    one.rec, one.wrong = rec, wrong
    if rec and rec.to and lane == 2 then bulk[#bulk + 1] = contact_of(rec) end
  end
  local resolved = resolve_many(base, bulk, now_ms)
  for _, one in ipairs(picked) do
    local rec = one.rec
    if rec and rec.to then
      local contact = resolved[contact_of(rec)] or contact_of(rec)
      contacts[one.id] = contact
      if not budgets[contact] then unknown[#unknown + 1] = contact end
      if not windows[contact] and (needs_windows or (margin and is_free_form(rec))) then writers[#writers + 1] = contact end
    end
  end
  if #unknown > 0 then
    for contact, budget in pairs(read_pairs(base, unknown, now_ms)) do budgets[contact] = budgets[contact] or budget end
  end
  for contact, since in pairs(read_windows(base, writers, now_ms)) do windows[contact] = since end
end

-- Takes from one lane until it has no more, there is no slot in reach, or no room; `limit`, if given, is all it may have.
-- Returns how many it took, or nil when nothing waits.
local function take_lane(lane, limit)
  local callers, before = {}, #begun
  local names = redis.call('ZRANGE', base .. 'bc:' .. lane, 0, -1, 'WITHSCORES')
  if #names == 0 then return nil end
  for i = 1, #names, 2 do callers[#callers + 1] = { name = names[i], time = tonumber(names[i + 1]), taken = 0, ids = {} } end
  local room = math.min(tonumber(lane_most[lane + 1]), most - #begun, limit or most)
  local lane_time = tonumber(state[10 + lane] or 0)
  while true do
    local slot = next_slot(pace, lane, now)
    local in_reach = slot - now <= LOOKAHEAD_US
    if not in_reach and not limit then next_us = next_us < 0 and slot or math.min(next_us, slot) end
    if (room <= 0 or seen >= BEGIN_SEEN_MAX) and not limit then more = true end
    if not in_reach or room <= 0 or seen >= BEGIN_SEEN_MAX then break end
    local fits = room
    if pace.interval > 0 then
      local step = lane == 2 and pace.interval / BULK_SHARE or pace.interval
      fits = math.min(room, math.floor((now + LOOKAHEAD_US - slot) / step) + 1)
    end
    local picked = pick(callers, lane, fits)
    if #picked == 0 then break end
    seen = seen + #picked
    read_round(picked, lane)
    for i, one in ipairs(picked) do
      slot = next_slot(pace, lane, now)
      if slot - now > LOOKAHEAD_US then
        unpick(picked, i)
        break
      end
      local went, wrong = false, one.wrong
      if one.rec then went, wrong = guarded(begin, one.id, one.rec, lane, slot) end
      if went then
        take_slot(pace, lane, slot)
        room = room - 1
        lane_time = math.max(lane_time, one.time + 1)
      else
        one.caller.time = one.caller.time - 1 -- nothing was sent for it
        if wrong then set_aside(base, one.id, wrong) end
      end
    end
  end

  local took = false
  for _, caller in ipairs(callers) do
    if caller.taken > 0 then
      took = true
      local backlog = base .. 'bl:' .. lane .. ':' .. caller.name
      redis.call('LTRIM', backlog, caller.taken, -1)
      local time = string.format('%.0f', caller.time)
      redis.call('HSET', base .. 's', 'cv' .. lane .. caller.name, time)
      if redis.call('EXISTS', backlog) == 1 then
        redis.call('ZADD', base .. 'bc:' .. lane, time, caller.name)
      else
        redis.call('ZREM', base .. 'bc:' .. lane, caller.name)
      end
    end
  end
  if took then
    state[10 + lane] = string.format('%.0f', lane_time)
    redis.call('HSET', base .. 's', 'vt' .. lane, state[10 + lane], 'tk', now_ms)
  end
  return #begun - before
end

-- What is more urgent may take every slot, but not for ever: a lane that has waited for so many of them gets the next one.
-- sv<lane>: since when (µs) it has been passed over.
local function take_from_starving()
  for lane = 1, 2 do
    local since = tonumber(state[12 + lane])
    if since and now - since >= PASSED_OVER_MAX[lane] * pace.interval and not is_lane_at_rest(lane) then
      if take_lane(lane, 1) ~= 0 then
        redis.call('HDEL', base .. 's', 'sv' .. lane)
        state[12 + lane] = nil
      end
    end
  end
end

local function note_starving(lane, took)
  local is_passed_over = took == 0 and #begun > 0
  if is_passed_over and not state[12 + lane] then
    redis.call('HSET', base .. 's', 'sv' .. lane, string.format('%.0f', now))
  elseif state[12 + lane] and (took == nil or took > 0) then
    redis.call('HDEL', base .. 's', 'sv' .. lane)
  end
end

-- A look whose answer was lost comes again under its number: nobody will send what it took, and the looker gives it back.
local looker, lost = ARGV[9] or '', ''
if looker ~= '' then
  local number, took = string.match(redis.call('GET', base .. 'look:' .. looker) or '', '^(%d+) (.*)$')
  if number == ARGV[10] then lost = took end
end

-- The first write needs no memory: after it, a Redis that is full lets the rest pass, for sending is what empties it.
redis.call('HDEL', base .. 's', 'rg')
local is_at_rest = state[3] or tonumber(state[2] or 0) > now_ms
if not is_at_rest then
  take_from_starving()
  for lane = 0, 2 do
    if not is_lane_at_rest(lane) then
      local took = take_lane(lane)
      if lane > 0 then note_starving(lane, took) end
    end
  end
end
if flush_ready(base) then more = true end
if #leases > 0 then
  redis.call('ZADD', base .. 'wire', unpack(leases))
  keep_slots(base, pace)
  if looker ~= '' then
    local members = {}
    for i = 2, #leases, 2 do members[#members + 1] = leases[i] end
    local took = table.concat(members, ' ') .. (lost == '' and '' or ' ' .. lost)
    redis.call('SET', base .. 'look:' .. looker, ARGV[10] .. ' ' .. took, 'PX', LOOK_TTL_MS)
  end
end
keep_pairs(base, budgets, now_ms)
-- A worker comes again by itself for the next slot: until then nobody need call one.
if next_us >= 0 and not more then redis.call('HSET', base .. 's', 'rg', 1) end

return { { now, next_us, more and 1 or 0, pace.interval, lost, changes_text() }, unpack(begun) }
