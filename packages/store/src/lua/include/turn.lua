-- Order per contact within a lane (bulk is exempt): a chain through the records. `turns` names the last of a chain,
-- each record its successor (j); the first holds the turn (g) until it is answered for good.
-- The chain needs no list key per recipient and survives gaps: who was canceled in it is stepped over.
-- A damaged record breaks its chain: it is set aside, and nobody waits for it.
-- needs: guard, ready, contact

-- Joins the chain; true when the message holds the turn at once.
local function join_turn(base, id, lane, contact)
  local last = redis.call('HGET', base .. 'turns', lane .. contact)
  redis.call('HSET', base .. 'turns', lane .. contact, id)
  return not last or not pcall(redis.call, 'HSET', base .. 'm:' .. last, 'j', id)
end

-- Passes the turn on from a message that held it; the next one is ready.
local function pass_turn(base, lane, contact, next_id)
  while next_id do
    local rec, wrong = guarded(redis.call, 'HMGET', base .. 'm:' .. next_id, 'p', 'j', 'c')
    if not rec then
      set_aside(base, next_id, wrong)
      break
    elseif rec[1] == PLACE_TURN and not rec[3] then
      set_aside(base, next_id, 'a field is missing')
    elseif rec[1] == PLACE_TURN then
      redis.call('HSET', base .. 'm:' .. next_id, 'p', PLACE_BACKLOG, 'g', 1)
      make_ready(lane, rec[3], next_id)
      return
    end
    -- Ended inside the chain: kept for its link until now.
    redis.call('HDEL', base .. 'm:' .. next_id, 'j')
    redis.call('PEXPIRE', base .. 'm:' .. next_id, RECORD_TTL_MS)
    next_id = rec[2]
  end
  redis.call('HDEL', base .. 'turns', lane .. contact)
end

-- A message that will wait long lets those behind it go first, and joins again when its time has come.
-- rec: the fields l, to, ct, g, j
local function give_turn_up(base, id, rec)
  if not rec.g then return end
  redis.call('HDEL', base .. 'm:' .. id, 'g', 'j')
  pass_turn(base, rec.l, contact_of(rec), rec.j)
end

-- A message whose time to wait is over: it goes to its backlog, or behind those who wait for the same contact.
-- rec: the fields l, to, ct, g, c
local function come_back(base, id, rec, push, now_ms)
  local holds = rec.l == '2' or rec.g
  if not holds then
    resolve_record(base, id, rec, now_ms)
    holds = join_turn(base, id, rec.l, contact_of(rec))
    if holds then redis.call('HSET', base .. 'm:' .. id, 'g', 1) end
  end
  redis.call('HSET', base .. 'm:' .. id, 'p', holds and PLACE_BACKLOG or PLACE_TURN)
  if not holds then return end
  if push == 'RPUSH' then queue_up(base, push, rec.l, rec.c, { id }) else make_ready(rec.l, rec.c, id) end
end
