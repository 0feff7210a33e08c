-- retry: failed -> in line again, because somebody orders it. What was known of its earlier sends stays in the record.
-- Atomic because evidence that it was delivered may be coming in.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 caller that must own it, or '' for any · then ids
-- returns  1 when a worker must be called, then per id 'retried' | 'unknown' | 'not-failed' | 'expired' | 'content-gone'
-- @include now guard record event ready contact turn
local base = KEYS[1]
local now_ms = math.floor(clock_us(ARGV[1]) / 1000)

local function retry(id)
  local key = base .. 'm:' .. id
  local rec = read_record(base, id, { 'k', 'p', 'l', 'to', 'ct', 'c', 'e', 'x', 'md', 'j' })
  if not rec.k or (ARGV[2] ~= '' and rec.c ~= ARGV[2]) then return 'unknown' end
  local rank = tonumber(rec.k)
  if rec.p ~= PLACE_NONE or (rank ~= RANK_FAILED and rank ~= RANK_FAILED_BY_PROVIDER) then return 'not-failed' end
  if rec.e and tonumber(rec.e) <= now_ms then return 'expired' end
  if redis.call('PERSIST', base .. 'b:' .. id) == 0 and redis.call('EXISTS', base .. 'b:' .. id) == 0 then return 'content-gone' end
  redis.call('PERSIST', key)
  if rec.md then redis.call('PERSIST', base .. 'd:' .. id) end
  if rec.e then redis.call('ZADD', base .. 'ends', rec.e, id) end
  redis.call('HDEL', key, 'h', 'fb', 'wy', 't' .. RANK_FAILED, 't' .. RANK_FAILED_BY_PROVIDER)
  redis.call('HSET', key, 'k', RANK_QUEUED, 'a', 0, 'rt', rec.x or 0)
  if rank == RANK_FAILED_BY_PROVIDER then redis.call('HSET', key, 'rf', rec.x or 0) end
  redis.call('HINCRBY', key, 'ry', 1)
  add_event(base, id, 'queued', now_ms, '')
  if rec.j or redis.call('HGET', base .. 'turns', rec.l .. contact_of(rec)) == id then
    redis.call('HSET', key, 'p', PLACE_TURN) -- it ended inside the chain and is still a link of it: its turn comes there
  else
    come_back(base, id, rec, 'RPUSH', now_ms)
  end
  return 'retried'
end

local results = { 0 }
for at = 3, #ARGV do
  local result, wrong = guarded(retry, ARGV[at])
  if wrong then set_aside(base, ARGV[at], wrong) end
  results[#results + 1] = result or 'unknown'
end
for _, result in ipairs(results) do
  if result == 'retried' then
    results[1] = ring(base)
    break
  end
end
flush_ready(base)
return results
