-- heed_template: what the provider says about a template without being asked to send it: it rests, it has ended, or it may
-- be sent again. Its messages wait, fail or go on accordingly, and the audit trail has a line.
-- Atomic so that nothing is done that the trail does not show.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 <name>/<language> · 3 'rest' | 'end' | 'lift' · 4 until ms, for a rest · 5 when the provider
--          said so, ms · 6 failure short · 7 failure JSON · 8 the reason in a word
-- returns  { 1 when it changed anything, 1 when a worker must be called }
-- @include now guard ready contact turn hold
local base = KEYS[1]
local now_ms = math.floor(clock_us(ARGV[1]) / 1000)
local key, verb, until_ms, said_ms, short, failure, why = ARGV[2], ARGV[3], ARGV[4], tonumber(ARGV[5]), ARGV[6], ARGV[7], ARGV[8]

-- What was said before the hold came about does not end it.
local function lift()
  local known = redis.call('HGET', base .. 'holds', key)
  known = known and cjson.decode(known)
  if not known or known.how == 'paused' or known['until'] == 0 or known.since > said_ms then return 0 end
  redis.call('HSET', base .. 'holds', key, cjson.encode({ ['until'] = 0, how = 'rests', since = now_ms }))
  return 1
end

redis.call('DEL', base .. 'none') -- needs no memory: after it, a Redis that is full lets the rest pass
local before = redis.call('HGET', base .. 'holds', key)
before = before and cjson.decode(before)
local is_longer = verb == 'rest' and before and before.how == 'rests' and before['until'] > now_ms
local changed
if verb == 'lift' then
  changed = lift()
else
  changed = note_rest(base, key, {
    ['until'] = verb == 'end' and FOR_EVER_MS or tonumber(until_ms), how = verb == 'end' and 'ended' or 'rests',
    short = short, failure = failure, since = now_ms,
  })
end
if changed == 1 and not is_longer then -- that a rest lasts is no news
  redis.call('XADD', base .. 'audit', 'MAXLEN', '~', AUDIT_MAX, '*', 'who', 'provider', 'verb', verb, 'kind', 'template',
    'name', key, 'value', why, 'changed', changed)
end
return { changed, changed == 1 and verb ~= 'rest' and ring(base) or 0 }
