-- apply: what webhook requests that came together say about one sender: statuses, inbound messages, odd items, and the
-- raw bodies.
-- Atomic so that state, event and raw body cannot part; the webhook answers 200 only after it.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '', then per request: raw body|''; number of statuses, then 9 each: id|'', wire number|'', wamid,
--          rank, at ms, word, pricing|'', failure short|'', failure JSON|''; number of inbound, then 3 each: wamid,
--          at ms, JSON; number of items set aside, then 2 each: reason, JSON
-- returns  per request { results per status: 'applied' | 'same' | 'parked' | 'gone', new inbound, jobs: id, promotion,
--          lane, … }
-- @include now record turn event leave status
local base = KEYS[1]
local now = clock_us(ARGV[1])
local now_ms = math.floor(now / 1000)
local today = math.floor(now_ms / 86400000)
local next_arg = 2

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
end

-- Returns what became of a status, and the job of the next turn if it settled a doubt.
local function apply(id, status)
  local owner
  if id == '' then
    local digest = wamid_digest(status.wamid)
    owner = find_owner(digest)
    if not owner then
      park(status, digest)
      return 'parked', nil
    end
    id, status.wire = read_owner(owner)
  end
  local rec = read_record(base, id, STATUS_FIELDS)
  if not rec.k then return 'gone', nil end
  local result, job = apply_status(base, id, rec, status, now_ms)
  if not owner and rec.w ~= status.wamid then -- named before the send's own answer came, if it ever does
    local digest = wamid_digest(status.wamid)
    index_wamids(base, { digest, owner_of(id, status.wire) }, now_ms)
    job = join_orphans(base, id, status.wire, base .. 'o:' .. digest, now_ms) or job
  end
  return result, job
end

-- Stores an inbound message unless it is known: the provider repeats for up to 7 days. Returns whether it was new.
local function keep_inbound(wamid, at_ms, json)
  local digest = wamid_digest(wamid)
  for day = today, today - 7, -1 do
    if redis.call('SISMEMBER', base .. 'seen:' .. day, digest) == 1 then return false end
  end
  local seen = base .. 'seen:' .. today
  redis.call('SADD', seen, digest)
  if redis.call('PTTL', seen) < 0 then redis.call('PEXPIRE', seen, 9 * 86400000) end
  redis.call('XADD', base .. 'in', 'MAXLEN', '~', INBOUND_MAX, '*', 'wamid', wamid, 'at', at_ms, 'json', json)
  return true
end

-- Keeps a body, and beside the stream the size of each, so that trimming need not read bodies.
local function keep_raw(body)
  local id = redis.call('XADD', base .. 'raw', '*', 'body', body)
  redis.call('RPUSH', base .. 'rawz', id .. ' ' .. #body)
  redis.call('INCRBY', base .. 'rawn', #body)
end

-- A few at a time: every call may remove far more than it adds.
local function trim_raw()
  local bytes = tonumber(redis.call('GET', base .. 'rawn') or 0)
  for _ = 1, 100 do
    local oldest = redis.call('LINDEX', base .. 'rawz', 0)
    if not oldest then return end
    local id, size = string.match(oldest, '^(%S+) (%d+)$')
    if bytes <= RAW_BYTES_MAX and tonumber(string.match(id, '^%d+')) >= now_ms - RAW_AGE_MAX_MS then return end
    redis.call('LPOP', base .. 'rawz')
    redis.call('XDEL', base .. 'raw', id)
    bytes = redis.call('DECRBY', base .. 'rawn', size)
  end
end

local function apply_request()
  local raw, results, jobs, fresh_inbound = take(), {}, {}, 0
  for _ = 1, tonumber(take()) do
    local id = take()
    local status = {
      wire = take(), wamid = take(), rank = tonumber(take()), at = tonumber(take()),
      word = take(), pricing = take(), short = take(), failure = take(),
    }
    local result, job = apply(id, status)
    results[#results + 1] = result
    if job then jobs[#jobs + 1] = job[1]; jobs[#jobs + 1] = job[2]; jobs[#jobs + 1] = job[3] end
  end
  for _ = 1, tonumber(take()) do
    if keep_inbound(take(), take(), take()) then fresh_inbound = fresh_inbound + 1 end
  end
  for _ = 1, tonumber(take()) do
    redis.call('XADD', base .. 'aside', 'MAXLEN', '~', ASIDE_MAX, '*', 'reason', take(), 'json', take())
  end
  if raw ~= '' then keep_raw(raw) end
  return { results, fresh_inbound, jobs }
end

local requests = {}
while next_arg <= #ARGV do requests[#requests + 1] = apply_request() end
trim_raw()
return requests
