-- Order per recipient within a lane (bulk is exempt): a chain through the records. `turns` names the last of a chain,
-- each record its successor (j); the first holds the turn (g) until it is answered for good.
-- The chain needs no list key per recipient and survives gaps: who was canceled in it is stepped over.

-- Joins the chain; true when the message holds the turn at once.
local function join_turn(base, id, lane, to)
  local last = redis.call('HGET', base .. 'turns', lane .. to)
  redis.call('HSET', base .. 'turns', lane .. to, id)
  if not last then return true end
  redis.call('HSET', base .. 'm:' .. last, 'j', id)
  return false
end

-- Passes the turn on from a message that held it. The next one goes straight to due, one for one.
-- Returns the job to add, { id, promotion, lane }, or nil when nobody waits.
local function pass_turn(base, lane, to, next_id, now_ms)
  while next_id do
    local rec = redis.call('HMGET', base .. 'm:' .. next_id, 'p', 'j', 'n')
    if rec[1] == PLACE_TURN then
      local promotion = tonumber(rec[3] or 0) + 1
      redis.call('HSET', base .. 'm:' .. next_id, 'p', PLACE_DUE, 'g', 1, 'n', promotion)
      redis.call('ZADD', base .. 'due:' .. lane, now_ms + SWEEP_MS, next_id)
      return { next_id, promotion, tonumber(lane) }
    end
    redis.call('PEXPIRE', base .. 'm:' .. next_id, RECORD_TTL_MS) -- ended inside the chain: kept for its link until now
    next_id = rec[2]
  end
  redis.call('HDEL', base .. 'turns', lane .. to)
  return nil
end
