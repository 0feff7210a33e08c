-- apply: what webhook requests that came together say about one sender: statuses, inbound messages, odd items, and the
-- raw bodies.
-- Atomic so that state, event and raw body cannot part; the webhook answers 200 only after it.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 pace per s, 0 for none · 3 '1' to slow the sender down · 4 pairs that the portfolio has heard of
--          ('one other', … joined by ',') · 5 '1' to do the chores, too: make room, hand out again what nobody has told;
--          then per request: raw body|''; how many there are of each of what follows, in one argument; statuses:
--          'id wire-number rank at-ms word has-failed' (no id, no wire number: unknown), wamid, pricing|'', and if it has
--          failed: failure short, failure JSON; inbound, 5 each: wamid, at ms, JSON, who wrote it and opens a window by
--          it|'', '1' when an ad led to it; calls that open a window, 2 each: user, at ms; pairs of spellings that are one
--          person's, 2 each; other events, 3 each: type, at ms|'', JSON; items set aside, 2 each: reason, JSON
-- returns  1 when a worker must be called, the pairs that the portfolio must hear of: new ones, and those that somebody was
--          to tell and has not ('one other|all names of the person', … joined by ','), what changed (include/change.lua), then per
--          request { results per status: 'applied' | 'same' | 'parked' | 'gone' | 'damaged', new inbound }
-- @include now guard pace record event change doubt expiry ready contact turn leave failed status pair join
local base = KEYS[1]
local now = clock_us(ARGV[1])
local now_ms = math.floor(now / 1000)
local today = math.floor(now_ms / 86400000)
local next_arg = 6
local inbound_now = 0
local pairs_told, learned = {}, {}
local raw_sizes, raw_bytes = {}, 0

local function take()
  local value = ARGV[next_arg]
  next_arg = next_arg + 1
  return value
end

local function find_owner(digest)
  for day = today, today - WAMID_DAYS, -1 do
    local owner = redis.call('HGET', base .. 'w:' .. day, digest)
    if owner then return owner end
  end
  return nil
end

-- Perhaps the send's own answer is still under way: the status waits until somebody names this wamid.
local function park(status, digest)
  local key = base .. 'o:' .. digest
  redis.call('RPUSH', key, cjson.encode(status))
  redis.call('LTRIM', key, -20, -1)
  redis.call('PEXPIRE', key, ORPHAN_TTL_MS)
  redis.call('ZREMRANGEBYSCORE', base .. 'orphans', '-inf', now_ms)
  redis.call('ZADD', base .. 'orphans', now_ms + ORPHAN_TTL_MS, digest)
  redis.call('PEXPIRE', base .. 'orphans', ORPHAN_TTL_MS)
end

-- Returns what became of a status.
local function apply(id, status)
  local owner
  if id == '' then
    local digest = wamid_digest(status.wamid)
    owner = find_owner(digest)
    if not owner then
      park(status, digest)
      return 'parked'
    end
    id, status.wire = read_owner(owner)
  end
  local rec = read_for_status(base, id, status.rank)
  if not rec.k then return 'gone' end
  local result = apply_status(base, id, rec, status, now_ms)
  if not owner and rec.w ~= status.wamid then -- named before the send's own answer came, if it ever does
    local digest = wamid_digest(status.wamid)
    index_wamids(base, { digest, owner_of(id, status.wire) }, now_ms)
    join_orphans(base, id, status.wire, base .. 'o:' .. digest, now_ms)
  end
  return result
end

-- The customer service window of 24 h that a user's message or call opens; of messages that an ad led to, the first of
-- each day is kept beside it.
local function open_window(user, at_ms, is_from_ad)
  local since = math.min(at_ms, now_ms)
  if user == '' or since < now_ms - WINDOW_MS then return end
  local contact, day = resolve(base, user, now_ms), math.floor(since / 86400000)
  local key, entries = base .. 'cw:' .. day, base .. 'fe:' .. day
  if since > (tonumber(redis.call('HGET', key, contact) or 0) or 0) then
    redis.call('HSET', key, contact, since)
    if redis.call('PTTL', key) < 0 then redis.call('PEXPIRE', key, 2 * 86400000 + WINDOW_MS) end
  end
  if is_from_ad and since < (tonumber(redis.call('HGET', entries, contact) or '') or FOR_EVER_MS) then
    redis.call('HSET', entries, contact, since)
    if redis.call('PTTL', entries) < 0 then redis.call('PEXPIRE', entries, (ENTRY_DAYS + 1) * 86400000) end
  end
end

-- Whether this comes for the first time, and notes it: the provider repeats for up to 7 days.
local function is_news(text)
  local digest = wamid_digest(text)
  for day = today, today - 7, -1 do
    if redis.call('SISMEMBER', base .. 'seen:' .. day, digest) == 1 then return false end
  end
  local seen = base .. 'seen:' .. today
  redis.call('SADD', seen, digest)
  if redis.call('PTTL', seen) < 0 then redis.call('PEXPIRE', seen, 9 * 86400000) end
  return true
end

-- Stores an inbound message unless it is known. Returns whether it was new.
local function keep_inbound(wamid, at_ms, json, user, is_from_ad)
  if not is_news(wamid) then return false end
  redis.call('XADD', base .. 'in', 'MAXLEN', '~', INBOUND_MAX, '*', 'wamid', wamid, 'at', at_ms, 'json', json)
  redis.call('PEXPIRE', base .. 'in', INBOUND_AGE_MS)
  open_window(user, tonumber(at_ms), is_from_ad)
  if tonumber(at_ms) >= now_ms - INBOUND_COUNTS_MS then inbound_now = inbound_now + 1 end
  return true
end

-- Tells the feed what is about no message of ours. Without a time nothing tells a repetition from another event.
local function tell(kind, at_ms, json)
  if at_ms ~= '' and not is_news('event ' .. kind .. ' ' .. at_ms .. ' ' .. json) then return end
  redis.call('XADD', base .. 'ev', 'MAXLEN', '~', EVENTS_MAX, '*', 'y', kind, 'at', at_ms == '' and now_ms or at_ms, 'json', json)
end

-- What people wrote and the provider told is kept for so long and no longer.
local function trim_feeds()
  local oldest = math.max(0, now_ms - INBOUND_AGE_MS)
  for _, feed in ipairs({ 'in', 'ev' }) do redis.call('XTRIM', base .. feed, 'MINID', oldest) end
end

local function keep_raw(body)
  local id = redis.call('XADD', base .. 'raw', '*', 'body', body)
  raw_sizes[#raw_sizes + 1] = id .. ' ' .. #body
  raw_bytes = raw_bytes + #body
end

-- Keeps the size of each body beside the stream, so that trimming need not read bodies.
local function keep_raw_sizes()
  if #raw_sizes == 0 then return end
  redis.call('RPUSH', base .. 'rawz', unpack(raw_sizes))
  redis.call('INCRBY', base .. 'rawn', raw_bytes)
end

-- Makes room by bytes and by age, for so many bodies at most: no call takes long, whatever has come together.
local function trim_raw()
  local bytes, freed, gone = tonumber(redis.call('GET', base .. 'rawn') or 0), 0, {}
  local function must_go(entry)
    local id, size = string.match(entry, '^(%S+) (%d+)$')
    if bytes - freed <= RAW_BYTES_MAX and tonumber(string.match(id, '^%d+')) >= now_ms - RAW_AGE_MAX_MS then return false end
    gone[#gone + 1] = id
    freed = freed + size
    return true
  end
  local oldest = redis.call('LINDEX', base .. 'rawz', 0)
  if not oldest or not must_go(oldest) then return end
  for _, entry in ipairs(redis.call('LRANGE', base .. 'rawz', 1, RAW_TRIM_MOST - 1)) do
    if not must_go(entry) then break end
  end
  redis.call('LPOP', base .. 'rawz', #gone)
  redis.call('XDEL', base .. 'raw', unpack(gone))
  redis.call('DECRBY', base .. 'rawn', freed)
end

local function take_status()
  local id, wire, rank, at, word, has_failed = string.match(take(), '^(%S*) (%S*) (%S+) (%S+) (%S+) (%d)$')
  local status = { wire = wire, rank = tonumber(rank), at = tonumber(at), word = word, wamid = take(), pricing = take() }
  status.short = has_failed == '1' and take() or ''
  status.failure = has_failed == '1' and take() or ''
  return id, status
end

local function apply_request()
  local raw, results, fresh_inbound = take(), {}, 0
  local statuses, inbound, calls, pairs_here, events, aside = string.match(take(), '^(%d+) (%d+) (%d+) (%d+) (%d+) (%d+)$')
  for _ = 1, tonumber(statuses) do
    local id, status = take_status()
    local result, wrong = guarded(apply, id, status)
    if wrong then set_aside(base, id, wrong) end
    results[#results + 1] = result or 'damaged'
  end
  for _ = 1, tonumber(inbound) do
    if keep_inbound(take(), take(), take(), take(), take() == '1') then fresh_inbound = fresh_inbound + 1 end
  end
  for _ = 1, tonumber(calls) do open_window(take(), tonumber(take()), false) end
  for _ = 1, tonumber(pairs_here) do pairs_told[#pairs_told + 1] = { take(), take() } end
  for _ = 1, tonumber(events) do tell(take(), take(), take()) end
  for _ = 1, tonumber(aside) do
    redis.call('XADD', base .. 'aside', 'MAXLEN', '~', ASIDE_MAX, '*', 'reason', take(), 'json', take())
  end
  if raw ~= '' then keep_raw(raw) end
  return { results, fresh_inbound }
end

-- The number's throughput counts what it receives, too: each message that has just come in takes a slot. What came in over
-- a second ago is past the provider's window, so no more than one second is ever taken.
local function count_inbound()
  local pace = read_pace(base, now, ARGV[2])
  if pace.interval == 0 then return end
  local taken = math.min(math.max(pace.tat, now) + inbound_now * pace.interval, math.max(pace.tat, now + 1000000))
  redis.call('HSET', base .. 's', 'tat', string.format('%.0f', taken))
end

-- All that is known to name the person of a pair; while a join has to wait, that of two contacts.
local function names_of(one, other)
  local contacts = resolve_many(base, { one, other }, now_ms)
  local names = { one, other, contacts[one], contacts[other] }
  for _, contact in ipairs({ contacts[one], contacts[other] }) do
    for _, spelling in ipairs(spellings_of(base, contact, now_ms)) do names[#names + 1] = spelling end
  end
  return table.concat(names, ' ')
end

local function tell_portfolio(pair, names)
  learned[#learned + 1] = pair .. '|' .. (names or guarded(names_of, string.match(pair, '^(%S+) (%S+)$')) or pair)
end

local function note_told()
  for pair in string.gmatch(ARGV[4], '[^,]+') do redis.call('ZREM', base .. 'untold', pair) end
end

-- Pairs that somebody was to tell of, and has not: he may have died.
local function tell_again()
  for _, pair in ipairs(redis.call('ZRANGEBYSCORE', base .. 'untold', '-inf', now_ms - TELL_AGAIN_MS, 'LIMIT', 0, 10)) do
    tell_portfolio(pair)
  end
end

-- Most pairs are known: one look for all of them. What is new is mostly somebody of whom nothing is kept yet; the rest is
-- learned one by one.
local function learn_pairs()
  if #pairs_told == 0 then return end
  local spellings, seen, plain, others = {}, {}, {}, {}
  for _, pair in ipairs(pairs_told) do
    spellings[#spellings + 1] = pair[1]
    spellings[#spellings + 1] = pair[2]
  end
  local contacts = resolve_many(base, spellings, now_ms)
  for _, pair in ipairs(pairs_told) do
    local one, other = pair[1], pair[2]
    if contacts[one] ~= contacts[other] then
      local is_plain = contacts[one] == one and contacts[other] == other and not seen[one] and not seen[other]
      table.insert(is_plain and plain or others, pair)
      seen[one], seen[other] = true, true
    end
  end
  local done = guarded(learn_blank, base, plain, now_ms) or {}
  for _, list in ipairs({ plain, others }) do
    for _, pair in ipairs(list) do
      local text = pair[1] .. ' ' .. pair[2]
      if done[text] or learn(base, pair[1], pair[2], now_ms) then tell_portfolio(text, done[text]) end
    end
  end
end

-- The first write needs no memory: after it, a Redis that is full lets the rest pass.
redis.call('DEL', base .. 'none')
local replies = { 0, '', '' }
while next_arg <= #ARGV do replies[#replies + 1] = apply_request() end
keep_raw_sizes()
note_told()
local is_time_for_chores = ARGV[5] == '1'
if is_time_for_chores then tell_again() end
learn_pairs()
replies[2] = table.concat(learned, ',')
replies[3] = changes_text()
if inbound_now > 0 then count_inbound() end
if ARGV[3] == '1' then slow_down(base, now) end
if is_time_for_chores then
  trim_raw()
  trim_feeds()
end
if flush_ready(base) then replies[1] = ring(base) end
return replies
