-- A message leaves the places for good (submitted or final): nothing is left to do but listen for the provider.
-- needs: turn
-- place: its place until now, as text or false; held: whether it held its recipient's turn; next_id: its successor.
-- Backlog and turn entries stay behind as ids whose record is no longer there; promote and pass_turn step over them.
local function leave(base, id, place, lane, to, held, next_id, now_ms)
  if place == PLACE_DUE then redis.call('ZREM', base .. 'due:' .. lane, id)
  elseif place == PLACE_LATER then redis.call('ZREM', base .. 'later', id) end
  local key = base .. 'm:' .. id
  if place == PLACE_TURN then
    redis.call('HDEL', key, 'p', 'n', 'r', 'u', 'th') -- j stays: the chain behind it needs the link
  else
    redis.call('HDEL', key, 'p', 'n', 'r', 'u', 'th', 'g', 'j')
    redis.call('PEXPIRE', key, RECORD_TTL_MS)
  end
  redis.call('PEXPIRE', base .. 'b:' .. id, BODY_TTL_MS)
  redis.call('PEXPIRE', base .. 'd:' .. id, RECORD_TTL_MS * 2) -- statuses still prolong the record, and not this
  if held then return pass_turn(base, lane, to, next_id, now_ms) end
  return nil
end
