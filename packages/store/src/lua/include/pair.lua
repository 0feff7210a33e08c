-- The budget of one recipient: a bucket of PAIR_BURST messages, one back per PAIR_INTERVAL_MS, kept as the time when it is
-- full again (a GCRA). That time lies at most PAIR_DEBT_MS ahead, so a recipient stands in the bucket of time its value
-- falls into, each bucket ends by itself, and a handful of buckets is all there is to look at.
-- value: <full again ms>[,<ms until which waiting messages have been given times>]
-- source: Meta, about the platform, rate limits: 45 messages at once, then 1 per 6 s

-- Reads the budgets of these recipients: { [recipient] = { full_at, promised } }.
local function read_pairs(base, recipients, now_ms)
  local budgets = {}
  for _, to in ipairs(recipients) do budgets[to] = { full_at = 0, promised = 0 } end
  local first = math.floor(now_ms / PAIR_BUCKET_MS)
  for bucket = first, math.floor((now_ms + PAIR_FARTHEST_MS) / PAIR_BUCKET_MS) do
    local key = base .. 'pair:' .. string.format('%.0f', bucket)
    local values = redis.call('EXISTS', key) == 1 and redis.call('HMGET', key, unpack(recipients)) or {}
    for i = 1, #recipients do
      local value = values[i]
      if value then
        local full_at, promised = string.match(value, '^(%d+),?(%d*)$')
        local budget = budgets[recipients[i]]
        budget.full_at = math.max(budget.full_at, tonumber(full_at))
        budget.promised = math.max(budget.promised, tonumber(promised) or 0)
      end
    end
  end
  return budgets
end

-- When this budget allows one more, not before at_ms.
local function pair_time(budget, at_ms)
  return math.max(at_ms, budget.full_at + PAIR_INTERVAL_MS - PAIR_DEBT_MS)
end

local function take_pair(budget, at_ms)
  budget.full_at = math.max(budget.full_at, at_ms) + PAIR_INTERVAL_MS
  budget.changed = true
end

-- A time to come back for a message that finds nothing left; many of one recipient get one each, not all the same.
local function promise_pair(budget, at_ms)
  budget.promised = math.max(pair_time(budget, at_ms), budget.promised + PAIR_INTERVAL_MS)
  budget.changed = true
  return budget.promised
end

local function keep_pairs(base, budgets, now_ms)
  local buckets = {}
  for to, budget in pairs(budgets) do
    if budget.changed then
      local value = string.format('%.0f', budget.full_at)
      if budget.promised > now_ms then value = value .. string.format(',%.0f', budget.promised) end
      local number = math.floor(math.max(budget.full_at, now_ms) / PAIR_BUCKET_MS)
      buckets[number] = buckets[number] or {}
      table.insert(buckets[number], to)
      table.insert(buckets[number], value)
    end
  end
  for number, fields in pairs(buckets) do
    local key = base .. 'pair:' .. string.format('%.0f', number)
    redis.call('HSET', key, unpack(fields))
    redis.call('PEXPIRE', key, (number + 1) * PAIR_BUCKET_MS - now_ms + 1000)
  end
end

-- What one recipient has used up counts for another one, too: they are the same person.
local function add_pair(base, from, into, now_ms)
  local budgets = read_pairs(base, { from, into }, now_ms)
  local moved, known = budgets[from], budgets[into]
  if moved.full_at > now_ms then
    known.full_at = math.min(math.max(known.full_at, now_ms) + moved.full_at - now_ms, now_ms + PAIR_FARTHEST_MS)
    known.promised = math.max(known.promised, moved.promised)
    known.changed = true
    keep_pairs(base, budgets, now_ms)
  end
  local first = math.floor(now_ms / PAIR_BUCKET_MS)
  for bucket = first, math.floor((now_ms + PAIR_FARTHEST_MS) / PAIR_BUCKET_MS) do
    redis.call('HDEL', base .. 'pair:' .. string.format('%.0f', bucket), from)
  end
end
