-- A message leaves the places for good (submitted or final): nothing is left to do but listen for the provider. The
-- turn it held passes on. Entries of backlogs, held templates and turns stay behind as ids whose record no longer says
-- so; whoever meets them steps over.
-- needs: turn
-- rec: the fields p, l, to, ct, g, j, md, e as they were
local function leave(base, id, rec)
  local key = base .. 'm:' .. id
  if rec.e then redis.call('ZREM', base .. 'ends', id) end
  if rec.p == PLACE_TURN then
    redis.call('HDEL', key, 'p', 'r', 'u', 'th') -- j stays: the chain behind it needs the link, and the record to hold it
  else
    if rec.p == PLACE_LATER then redis.call('ZREM', base .. 'later', id) end
    redis.call('HDEL', key, 'p', 'r', 'u', 'th', 'g', 'j')
    redis.call('PEXPIRE', key, RECORD_TTL_MS)
  end
  if rec.p ~= PLACE_WIRE then redis.call('PEXPIRE', base .. 'b:' .. id, BODY_TTL_MS) end -- on the wire begin has done so
  if rec.md then redis.call('PEXPIRE', base .. 'd:' .. id, RECORD_TTL_MS * 2) end -- statuses still prolong the record
  if rec.g then pass_turn(base, rec.l, contact_of(rec), rec.j) end
end
