-- read_figures: what a sender's state and structures say at this moment, in numbers (figures.ts). A bounded read: as long as
-- the callers are few, its cost does not depend on how many messages wait.
-- Atomic so that the figures fit together, and one round trip, for many ask. It writes nothing, but that stale ids leave `doubts`.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · then the fields of `s` that are wanted
-- returns  { now ms, values of those fields, `holds` flat, 1 while a worker finds the provider away, how many wait for a
--          moment, ms of the first of these moments or -1, ms at which the first lease ends or -1, { how many are unconfirmed, of
--          those past their wait, ms since when the one that has been so longest is or -1 }, statuses whose wamid nobody knows,
--          lanes }, a lane being its callers: { how many wait, ms since when the first of them is due or -1, ms when
--          messages of this list expire: position, ms, … }
-- @include now record
local base = KEYS[1]
local now_ms = math.floor(clock_us(ARGV[1]) / 1000)
local wanted = {}
for at = 2, #ARGV do wanted[#wanted + 1] = ARGV[at] end

local function first_score(name)
  return tonumber(redis.call('ZRANGE', base .. name, 0, 0, 'WITHSCORES')[2] or -1)
end

-- A record that is damaged says nothing.
local function fields_of(id, ...)
  local ok, values = pcall(redis.call, 'HMGET', base .. 'm:' .. id, ...)
  return ok and values or {}
end

-- Since when the first message of a backlog is due; those that were canceled are stepped over, as far as one can see.
local function oldest_due(backlog)
  for _, id in ipairs(redis.call('LRANGE', backlog, 0, FIGURES_HEAD - 1)) do
    local rec = fields_of(id, 'p', 'q', 's')
    if rec[1] == PLACE_BACKLOG and tonumber(rec[2]) then return math.max(tonumber(rec[2]), tonumber(rec[3] or 0) or 0) end
  end
  return -1
end

-- When some messages of a backlog expire, spread evenly over it, the last one among them.
local function sample_expiries(backlog, length, most)
  local samples, count = {}, math.min(length, most)
  for i = 1, count do
    local position = math.ceil(i * length / count) - 1
    local id = redis.call('LINDEX', backlog, position)
    local ends = id and redis.call('ZSCORE', base .. 'ends', id)
    samples[#samples + 1] = position
    samples[#samples + 1] = ends and tonumber(ends) or -1
  end
  return samples
end

local function read_lanes()
  local lists, names = 0, {}
  for lane = 0, 2 do
    names[lane] = redis.call('ZRANGE', base .. 'bc:' .. lane, 0, -1)
    lists = lists + #names[lane]
  end
  local has_ends = redis.call('EXISTS', base .. 'ends') == 1
  local samples_most = math.max(1, math.min(FIGURES_SAMPLES, math.floor(FIGURES_SAMPLES_ALL / math.max(1, lists))))
  local lanes = {}
  for lane = 0, 2 do
    lanes[lane + 1] = {}
    for i, caller in ipairs(names[lane]) do
      local backlog = base .. 'bl:' .. lane .. ':' .. caller
      local length = redis.call('LLEN', backlog)
      lanes[lane + 1][i] = { length, oldest_due(backlog), has_ends and sample_expiries(backlog, length, samples_most) or {} }
    end
  end
  return lanes
end

-- Of more than can be looked at, those whose wait ends first are taken for the oldest.
local function read_doubts()
  local count = redis.call('ZCARD', base .. 'doubts')
  if count == 0 then return { 0, 0, -1 } end
  local overdue, oldest = redis.call('ZCOUNT', base .. 'doubts', '-inf', now_ms), -1
  local flat = redis.call('ZRANGE', base .. 'doubts', 0, FIGURES_DOUBTS - 1, 'WITHSCORES')
  for i = 1, #flat, 2 do
    local rec = fields_of(flat[i], 'k', 'q', 't' .. RANK_UNCONFIRMED)
    if tonumber(rec[1]) ~= RANK_UNCONFIRMED then -- a release that did not keep this set has moved it on
      redis.call('ZREM', base .. 'doubts', flat[i])
      count = count - 1
      if tonumber(flat[i + 1]) <= now_ms then overdue = overdue - 1 end
    elseif tonumber(rec[2]) and tonumber(rec[3]) then
      local since = tonumber(rec[2]) + tonumber(rec[3])
      if oldest < 0 or since < oldest then oldest = since end
    end
  end
  return { count, overdue, oldest }
end

local function count_orphans()
  local digests = redis.call('ZRANGEBYSCORE', base .. 'orphans', '(' .. now_ms, '+inf')
  local count = 0
  for i, digest in ipairs(digests) do
    count = count + (i <= FIGURES_ORPHANS and redis.call('LLEN', base .. 'o:' .. digest) or 1)
  end
  return count
end

return {
  now_ms, redis.call('HMGET', base .. 's', unpack(wanted)), redis.call('HGETALL', base .. 'holds'),
  redis.call('EXISTS', base .. 'away'), redis.call('ZCARD', base .. 'later'), first_score('later'), first_score('wire'),
  read_doubts(), count_orphans(), read_lanes(),
}
