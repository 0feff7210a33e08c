-- A message leaves the places for good (submitted or final): nothing is left to do but listen for the provider.
-- needs: turn
-- place: its place until now, as text or false; held: whether it held its recipient's turn; next_id: its successor.
-- Backlog and turn entries stay behind as ids whose record is no longer there; promote and pass_turn step over them.
local function leave(base, id, place, lane, to, held, next_id, now, ttl)
  if place == '2' then redis.call('ZREM', base .. 'due:' .. lane, id)
  elseif place == '3' then redis.call('ZREM', base .. 'later', id) end
  local key = base .. 'm:' .. id
  if place == '4' then
    redis.call('HDEL', key, 'p', 'n', 'r', 'u', 'th') -- j stays: the chain behind it needs the link
  else
    redis.call('HDEL', key, 'p', 'n', 'r', 'u', 'th', 'g', 'j')
    redis.call('PEXPIRE', key, ttl.record_ms)
  end
  redis.call('PEXPIRE', base .. 'b:' .. id, ttl.body_ms)
  redis.call('PEXPIRE', base .. 'd:' .. id, ttl.record_ms * 2) -- statuses still prolong the record, and not this
  if held then return pass_turn(base, lane, to, next_id, now, ttl.sweep_ms, ttl.record_ms) end
  return nil
end
