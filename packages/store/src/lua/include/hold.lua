-- What rests: templates. `holds` names each with { until, how, short, failure }: how is `paused` (by an operator), `rests`
-- (by the provider's word, until then) or `ended` (disabled for good: its messages fail with that failure).
-- It is named by what a record's tp says, <name>/<language>, for to the provider each language is a template of its own;
-- or by its name alone, which means all its languages: so an operator pauses it.
-- needs: turn

-- All held templates by name; few or none.
local function read_holds(base)
  local holds, flat = {}, redis.call('HGETALL', base .. 'holds')
  for i = 1, #flat, 2 do holds[flat[i]] = cjson.decode(flat[i + 1]) end
  return holds
end

-- The hold that keeps messages with this tp now, and what it is named by; nil when none does.
local function hold_of(holds, tp, now_ms)
  if not tp or not next(holds) then return nil end
  for _, key in ipairs({ tp, string.match(tp, '^[^/]*') }) do
    local hold = holds[key]
    if hold and (hold.how == 'ended' or hold['until'] > now_ms) then return hold, key end
  end
end

-- The provider's word about what is named `key`; an operator's pause stays, and so does the end of a template. Returns 1
-- when it changed anything.
local function note_rest(base, key, hold)
  local known = redis.call('HGET', base .. 'holds', key)
  known = known and cjson.decode(known)
  if known and (known.how ~= 'rests' or (hold.how == 'rests' and known['until'] == hold['until'])) then return 0 end
  redis.call('HSET', base .. 'holds', key, cjson.encode(hold))
  return 1
end

-- Takes a message out of the line until what is named `key` is released; others to the same recipient go on.
-- rec: the fields l, to, ct, g, j
local function hold_by_template(base, id, rec, key)
  redis.call('HSET', base .. 'm:' .. id, 'p', PLACE_HELD, 'r', REASON_TEMPLATE_HELD)
  redis.call('RPUSH', base .. 'held:' .. key, id)
  give_turn_up(base, id, rec)
end
