-- accept: takes messages of one sender in: idempotency, record, content, indices, place, all or nothing per message.
-- Atomic because a crash after the record but before its place would strand it, and two equal keys must meet one id.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 interval µs, then per message 14: id, to, lane, caller, type, content, sendAt ms|'',
--          expiresAt ms|'', reference|'', metadata|'', idempotency digest|'', body digest, doubt policy 0|1, template|''
-- returns  per message { code, id, promotion }: code 'due' (its job must be added now), 'waits', 'replay' (id of the
--          first), 'conflict' (same key, other body)
-- @include now expiry pace room turn
local base = KEYS[1]
local now = clock_us(ARGV[1])
local now_ms = math.floor(now / 1000)
local room = rooms(base, read_pace(base, now, tonumber(ARGV[2])), now)
for lane = 0, 2 do -- whoever already waits in this lane goes first
  if redis.call('EXISTS', base .. 'bc:' .. lane) == 1 then room[lane + 1] = 0 end
end

local hour_key = base .. 't:' .. math.floor(now_ms / 3600000)
local day_key = base .. 'r:' .. math.floor(now_ms / 86400000)
local idempotency_prefix = base .. 'i:'
local results, accepted, farthest_ms = {}, {}, now_ms

for at = 3, #ARGV, 14 do
  local id, to, lane, caller, content = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3], ARGV[at + 5]
  local send_at, expires_at, reference, metadata = ARGV[at + 6], ARGV[at + 7], ARGV[at + 8], ARGV[at + 9]
  local idempotency, body_digest = ARGV[at + 10], ARGV[at + 11]
  local known = false
  if idempotency ~= '' then
    local key = idempotency_prefix .. caller .. ':' .. idempotency
    known = redis.call('GET', key)
    if not known then redis.call('SET', key, body_digest .. id, 'PX', IDEMPOTENCY_TTL_MS) end
  end
  if known then
    local digest_length = #body_digest
    local same = string.sub(known, 1, digest_length) == body_digest
    results[#results + 1] = { same and 'replay' or 'conflict', string.sub(known, digest_length + 1), 0 }
  else
    local fields = { 'to', to, 'l', lane, 'c', caller, 'k', RANK_QUEUED, 'q', now_ms }
    local function set(field, value) fields[#fields + 1] = field; fields[#fields + 1] = value end
    if expires_at ~= '' then set('e', expires_at) end
    if send_at ~= '' then
      set('s', send_at)
      farthest_ms = math.max(farthest_ms, tonumber(send_at)) -- the indices must outlive what is planned, too
    end
    if reference ~= '' then set('f', reference) end
    if ARGV[at + 12] == '0' then set('d', 0) end
    if ARGV[at + 13] ~= '' then set('tp', ARGV[at + 13]) else set('y', ARGV[at + 4]) end
    if metadata ~= '' then set('md', 1) end

    local number, code, promotion = tonumber(lane) + 1, 'waits', 0
    if send_at ~= '' and tonumber(send_at) > now_ms then
      set('p', PLACE_LATER); set('r', REASON_SCHEDULED); set('u', send_at)
      redis.call('ZADD', base .. 'later', send_at, id)
    else
      local my_turn = lane == '2'
      if not my_turn then
        my_turn = join_turn(base, id, lane, to)
        if my_turn then set('g', 1) end
      end
      if not my_turn then
        set('p', PLACE_TURN)
      elseif room[number] > 0 then
        use_room(room, number - 1)
        code, promotion = 'due', 1
        set('p', PLACE_DUE); set('n', 1)
        redis.call('ZADD', base .. 'due:' .. lane, now_ms + SWEEP_MS, id)
      else
        set('p', PLACE_BACKLOG)
        local waiting = redis.call('RPUSH', base .. 'bl:' .. lane .. ':' .. caller, id)
        if waiting == 1 then redis.call('RPUSH', base .. 'bc:' .. lane, caller) end
        room[number] = 0
      end
    end

    redis.call('HSET', base .. 'm:' .. id, unpack(fields))
    redis.call('SET', base .. 'b:' .. id, content)
    if metadata ~= '' then redis.call('SET', base .. 'd:' .. id, metadata) end
    if reference ~= '' then
      redis.call('RPUSH', base .. 'f:' .. reference, id)
      live_at_least(base .. 'f:' .. reference, INDEX_TTL_MS + farthest_ms - now_ms)
    end
    local same_day = redis.call('HGET', day_key, to)
    redis.call('HSET', day_key, to, same_day and (same_day .. id) or id)
    accepted[#accepted + 1] = id
    results[#results + 1] = { code, id, promotion }
  end
end

if #accepted > 0 then
  for first = 1, #accepted, 1000 do
    redis.call('RPUSH', hour_key, unpack(accepted, first, math.min(first + 999, #accepted)))
  end
  live_at_least(hour_key, INDEX_TTL_MS + farthest_ms - now_ms)
  live_at_least(day_key, INDEX_TTL_MS + farthest_ms - now_ms)
end
return results
