-- apply: what one webhook request says about one sender: statuses, inbound messages, odd items, and the raw body.
-- Atomic so that state, event and raw body cannot part; the webhook answers 200 only after it.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 raw body|'' · 3 number of statuses, then 9 each: id|'', wire number|'', wamid, rank, at ms,
--          word, pricing|'', failure short|'', failure JSON|''; then number of inbound, then 3 each: wamid, at ms,
--          JSON; then number of items set aside, then 2 each: reason, JSON
-- returns  { results per status: 'applied' | 'same' | 'parked' | 'gone', new inbound, jobs: id, promotion, lane, … }
-- @include now record turn event leave status
local base = KEYS[1]
local now = clock_us(ARGV[1])
local now_ms = math.floor(now / 1000)
local today = math.floor(now_ms / 86400000)

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

local results, jobs = {}, {}
local at = 4
for _ = 1, tonumber(ARGV[3]) do
  local id = ARGV[at]
  local status = {
    wire = ARGV[at + 1], wamid = ARGV[at + 2], rank = tonumber(ARGV[at + 3]), at = tonumber(ARGV[at + 4]),
    word = ARGV[at + 5], pricing = ARGV[at + 6], short = ARGV[at + 7], failure = ARGV[at + 8],
  }
  at = at + 9
  local result, job, owner
  if id == '' then
    local digest = wamid_digest(status.wamid)
    owner = find_owner(digest)
    if owner then
      id, status.wire = read_owner(owner)
    else
      park(status, digest)
      result = 'parked'
    end
  end
  if not result then
    local rec = read_record(base, id, STATUS_FIELDS)
    if rec.k then result, job = apply_status(base, id, rec, status, now_ms) else result = 'gone' end
    if rec.k and not owner and rec.w ~= status.wamid then -- named before the send's own answer came, if it ever does
      local digest = wamid_digest(status.wamid)
      index_wamids(base, { digest, owner_of(id, status.wire) }, now_ms)
      job = join_orphans(base, id, status.wire, base .. 'o:' .. digest, now_ms) or job
    end
  end
  results[#results + 1] = result
  if job then jobs[#jobs + 1] = job[1]; jobs[#jobs + 1] = job[2]; jobs[#jobs + 1] = job[3] end
end

local fresh_inbound = 0
local inbound_count = tonumber(ARGV[at])
at = at + 1
for _ = 1, inbound_count do
  local seen = base .. 'seen:' .. today
  local digest = wamid_digest(ARGV[at])
  local known = false
  for day = today, today - 7, -1 do -- the provider repeats for up to 7 days
    if redis.call('SISMEMBER', base .. 'seen:' .. day, digest) == 1 then known = true break end
  end
  if not known then
    if redis.call('SADD', seen, digest) == 1 and redis.call('SCARD', seen) == 1 then
      redis.call('PEXPIRE', seen, 9 * 86400000)
    end
    redis.call('XADD', base .. 'in', 'MAXLEN', '~', INBOUND_MAX, '*', 'wamid', ARGV[at], 'at', ARGV[at + 1], 'json', ARGV[at + 2])
    fresh_inbound = fresh_inbound + 1
  end
  at = at + 3
end

local aside_count = tonumber(ARGV[at])
at = at + 1
for _ = 1, aside_count do
  redis.call('XADD', base .. 'aside', 'MAXLEN', '~', ASIDE_MAX, '*', 'reason', ARGV[at], 'json', ARGV[at + 1])
  at = at + 2
end

if ARGV[2] ~= '' then
  local raw, size = base .. 'raw', #ARGV[2]
  local oldest_allowed, bytes_max = now_ms - RAW_AGE_MAX_MS, RAW_BYTES_MAX
  redis.call('XADD', raw, '*', 'n', size, 'body', ARGV[2])
  local bytes = redis.call('INCRBY', base .. 'rawn', size)
  for _ = 1, 20 do -- a few at a time: every request adds one and may remove twenty
    local oldest = redis.call('XRANGE', raw, '-', '+', 'COUNT', 1)[1]
    if not oldest then break end
    if bytes <= bytes_max and tonumber(string.match(oldest[1], '^%d+')) >= oldest_allowed then break end
    redis.call('XDEL', raw, oldest[1])
    bytes = redis.call('DECRBY', base .. 'rawn', oldest[2][2])
  end
end
return { results, fresh_inbound, jobs }
