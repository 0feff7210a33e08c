-- A message leaves the places for good (submitted or final): nothing is left to do but listen for the provider. The
-- turn it held passes on. Backlog and turn entries stay behind as ids whose record no longer says so; promote and
-- pass_turn step over them.
-- needs: turn
-- rec: the fields p, l, to, g, j, md as they were; returns the job of the next turn, or nil.
local function leave(base, id, rec, now_ms)
  local key = base .. 'm:' .. id
  if rec.p == PLACE_TURN then
    redis.call('HDEL', key, 'p', 'n', 'r', 'u', 'th') -- j stays: the chain behind it needs the link, and the record to hold it
  else
    if rec.p == PLACE_DUE then redis.call('ZREM', base .. 'due:' .. rec.l, id)
    elseif rec.p == PLACE_LATER then redis.call('ZREM', base .. 'later', id) end
    redis.call('HDEL', key, 'p', 'n', 'r', 'u', 'th', 'g', 'j')
    redis.call('PEXPIRE', key, RECORD_TTL_MS)
  end
  if rec.p ~= PLACE_WIRE then redis.call('PEXPIRE', base .. 'b:' .. id, BODY_TTL_MS) end -- on the wire begin has done so
  if rec.md then redis.call('PEXPIRE', base .. 'd:' .. id, RECORD_TTL_MS * 2) end -- statuses still prolong the record
  if rec.g then return pass_turn(base, rec.l, rec.to, rec.j, now_ms) end
  return nil
end
