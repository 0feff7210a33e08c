-- keep_templates: what is known of an account's templates now, each with the moment at which the provider said so. Older
-- news never replaces newer, whatever comes first: a list is long under way while webhooks come.
-- Atomic because a definition and the version by which processes see that theirs is old are one fact.
-- KEYS[1]  base of the account
-- ARGV     1 when a whole list was begun that these end, ms, or '' · then per template 4: <name>/<language>, said at ms,
--          JSON or '' when it is gone, '' or what the moment kept must be ('-' for none): else somebody was faster
-- returns  { version, per template 1 when it changed, 0 when it is as before, -1 when something newer is kept }
-- The value of a template is '<said at ms> <JSON>'.
local base = KEYS[1]
local defs, state = base .. 'defs', base .. 's'
local results, changed = { 0 }, false

local function keep(key, at, json, expected)
  local known = redis.call('HGET', defs, key)
  local known_at, known_json = string.match(known or '- ', '^(%S+) (.*)$')
  if expected ~= '' then
    if known_at ~= expected then return -1 end
  elseif known and tonumber(known_at) > tonumber(at) then
    return -1
  end
  if json == '' then
    if not known then return 0 end
    redis.call('HDEL', defs, key)
    return 1
  end
  redis.call('HSET', defs, key, at .. ' ' .. json)
  return known_json == json and 0 or 1
end

redis.call('DEL', base .. 'none') -- needs no memory: after it, a Redis that is full lets the rest pass
for i = 2, #ARGV, 4 do
  local result = keep(ARGV[i], ARGV[i + 1], ARGV[i + 2], ARGV[i + 3])
  changed = changed or result == 1
  results[#results + 1] = result
end
if ARGV[1] ~= '' then redis.call('HSET', state, 'synced', ARGV[1]) end
results[1] = changed and redis.call('HINCRBY', state, 'version', 1) or tonumber(redis.call('HGET', state, 'version') or 0)
return results
