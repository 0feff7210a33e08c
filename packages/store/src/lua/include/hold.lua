-- What rests: templates. `holds` names each with { until, how, short, failure }: how is `paused` (by an operator), `rests`
-- (by the provider's word, until then) or `ended` (disabled for good: its messages fail with that failure).
-- needs: turn

-- All held templates by name; few or none.
local function read_holds(base)
  local holds, flat = {}, redis.call('HGETALL', base .. 'holds')
  for i = 1, #flat, 2 do holds[flat[i]] = cjson.decode(flat[i + 1]) end
  return holds
end

-- Takes a message out of the line until its template is released; others to the same recipient go on.
-- rec: the fields tp, l, to, g, j
local function hold_by_template(base, id, rec)
  redis.call('HSET', base .. 'm:' .. id, 'p', PLACE_HELD, 'r', REASON_TEMPLATE_HELD)
  redis.call('RPUSH', base .. 'held:' .. rec.tp, id)
  give_turn_up(base, id, rec)
end
