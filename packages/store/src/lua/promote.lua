-- promote: tops `due` up to what the pace can use: what is due in `later`, then the backlogs, urgent lanes first,
-- callers in turn; and hands out again what has been due for too long without a begin (its job was lost).
-- Atomic because a message must be in exactly one place; the jobs are added afterwards, and `due` is their outbox.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 interval µs · 3 most from later at once
-- returns  { jobs: id, promotion, lane, …; more: 1 when a backlog remains; next: ms of the next `later`, or -1 }
-- @include now pace room record turn event leave give_up
local base = KEYS[1]
local now = clock_us(ARGV[1])
local now_ms = math.floor(now / 1000)
local room = rooms(base, read_pace(base, now, tonumber(ARGV[2])), now)
local jobs = {}

local function add_job(id, promotion, lane)
  jobs[#jobs + 1] = id
  jobs[#jobs + 1] = promotion
  jobs[#jobs + 1] = lane
end

local due = { {}, {}, {} }
local function make_due(id, lane, promotion)
  redis.call('HSET', base .. 'm:' .. id, 'p', PLACE_DUE, 'n', promotion)
  table.insert(due[lane + 1], now_ms + SWEEP_MS)
  table.insert(due[lane + 1], id)
  use_room(room, lane)
  add_job(id, promotion, lane)
end

local function queue_up(push, waits)
  local length = redis.call(push, base .. 'bl:' .. waits.lane .. ':' .. waits.caller, waits.id)
  if length == 1 then redis.call('RPUSH', base .. 'bc:' .. waits.lane, waits.caller) end
end

-- 1. What is due in `later`: an unsettled doubt is carried out, the rest goes to due, or to the head of its backlog, for it
-- was in line before. Only what was planned for now queues up behind those who wait already.
local returning = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', base .. 'later', '-inf', now_ms, 'LIMIT', 0, tonumber(ARGV[3]))) do
  local rec = read_record(base, id, { 'p', 'l', 'to', 'g', 'j', 'md', 'c', 'n', 'r', 'th', 'e', 'q', 'k' })
  redis.call('ZREM', base .. 'later', id)
  if rec.p ~= PLACE_LATER then
    -- it has moved on; nothing may name it here
  elseif rec.th == '0' or (rec.e and tonumber(rec.e) <= now_ms) then
    local job = give_up(base, id, rec, now_ms)
    if job then add_job(job[1], job[2], job[3]) end
  else
    local lane, key, planned = tonumber(rec.l), base .. 'm:' .. id, tonumber(rec.r) == REASON_SCHEDULED
    if rec.th then redis.call('HINCRBY', key, 'z', 1) end -- sent again by policy, and marked so
    redis.call('HDEL', key, 'r', 'u', 'th')
    local my_turn = lane == 2 or rec.g
    if not my_turn then -- a scheduled message joins its recipient's chain only now
      my_turn = join_turn(base, id, lane, rec.to)
      if my_turn then redis.call('HSET', key, 'g', 1) end
    end
    if not my_turn then
      redis.call('HSET', key, 'p', PLACE_TURN)
    elseif room[lane + 1] > 0 and not (planned and redis.call('EXISTS', base .. 'bc:' .. lane) == 1) then
      make_due(id, lane, tonumber(rec.n or 0) + 1)
    else
      redis.call('HSET', key, 'p', PLACE_BACKLOG)
      local waits = { id = id, lane = lane, caller = rec.c }
      if planned then queue_up('RPUSH', waits) else returning[#returning + 1] = waits end
    end
  end
end
for i = #returning, 1, -1 do queue_up('LPUSH', returning[i]) end

-- 2. The backlogs: each caller in turn gives as many as a fair share of the room, at least one.
for lane = 0, 2 do
  local callers_key = base .. 'bc:' .. lane
  while room[lane + 1] > 0 do
    local caller = redis.call('LPOP', callers_key)
    if not caller then break end
    local others = redis.call('LLEN', callers_key)
    local backlog = base .. 'bl:' .. lane .. ':' .. caller
    local ids = redis.call('LPOP', backlog, math.max(1, math.floor(room[lane + 1] / (others + 1)))) or {}
    for _, id in ipairs(ids) do
      local rec = redis.call('HMGET', base .. 'm:' .. id, 'p', 'n')
      if rec[1] == PLACE_BACKLOG then make_due(id, lane, tonumber(rec[2] or 0) + 1) end -- else: it was settled or canceled
    end
    if redis.call('EXISTS', backlog) == 1 then redis.call('RPUSH', callers_key, caller) end
  end
end

for lane = 0, 2 do
  if #due[lane + 1] > 0 then redis.call('ZADD', base .. 'due:' .. lane, unpack(due[lane + 1])) end
end

-- 3. The sweep: due for too long without a begin. A new promotion number makes a new job id, which no lingering job of
-- the old one can swallow; a job too many finds a record that is not sendable and ends.
for lane = 0, 2 do
  for _, id in ipairs(redis.call('ZRANGEBYSCORE', base .. 'due:' .. lane, '-inf', now_ms, 'LIMIT', 0, 100)) do
    local promotion = redis.call('HINCRBY', base .. 'm:' .. id, 'n', 1)
    -- ever more patiently, so that workers that are merely slow are not buried in jobs
    redis.call('ZADD', base .. 'due:' .. lane, now_ms + SWEEP_MS * math.min(promotion, 12), id)
    add_job(id, promotion, lane)
  end
end

local more = redis.call('EXISTS', base .. 'bc:0', base .. 'bc:1', base .. 'bc:2') > 0 and 1 or 0
local head = redis.call('ZRANGE', base .. 'later', 0, 0, 'WITHSCORES')
return { jobs, more, head[2] and tonumber(head[2]) or -1 }
