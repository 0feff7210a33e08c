-- operate: what an operator orders about a sender, one of its lanes, a template or a portfolio, and its line in the audit
-- trail.
-- Atomic so that nothing is done that the trail does not show.
-- KEYS[1]  base of the sender or the portfolio
-- ARGV     1 now ms or '' · 2 who · 3 'pause' | 'resume' | 'set' | 'configured' | 'note' · 4 'sender' | 'lane' | 'template'
--          | 'portfolio' · 5 lane number, template name, what is set ('pace', 'tier', 'reserve'),
--          'new' when whoever tells it used another key until now · 6 value: the number,
--          or '' for the configured one; digest of key and address; text of a note
-- returns  { 1 when it changed anything, 1 when a worker must be called }
-- @include now guard ready contact turn hold
local base = KEYS[1]
local now_ms = math.floor(clock_us(ARGV[1]) / 1000)
local who, verb, kind, name, value = ARGV[2], ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local state, holds = base .. 's', base .. 'holds'

local function pause()
  if kind == 'template' then
    local known = redis.call('HGET', holds, name)
    if known and cjson.decode(known).how == 'paused' then return 0 end
    redis.call('HSET', holds, name, cjson.encode({ ['until'] = FOR_EVER_MS, how = 'paused', short = who, since = now_ms }))
    return 1
  end
  return redis.call('HSETNX', state, kind == 'lane' and 'pause' .. name or 'pause', now_ms .. ' ' .. who)
end

local function resume()
  if kind == 'template' then -- promote releases what waits, and forgets the hold after the last
    local ended = 0
    for key, hold in pairs(read_holds(base)) do
      if hold['until'] ~= 0 and (key == name or string.match(key, '^[^/]*') == name) then
        redis.call('HSET', holds, key, cjson.encode({ ['until'] = 0, how = 'rests', since = now_ms }))
        ended = 1
      end
    end
    return ended
  end
  if kind == 'lane' then return redis.call('HDEL', state, 'pause' .. name) end
  return math.min(1, redis.call('HDEL', state, 'pause', 'hold', 'holdr'))
end

local function set()
  if (redis.call('HGET', state, name) or '') == value then return 0 end
  if value == '' then redis.call('HDEL', state, name) else redis.call('HSET', state, name, value) end
  return 1
end

-- A new key or address ends a stop that the old one brought about.
local function configured()
  local known = redis.call('HMGET', state, 'cfg', 'holdr')
  if known[1] == value and name ~= 'new' then return 0 end
  redis.call('HSET', state, 'cfg', value)
  if not known[1] or not known[2] or not string.find(known[2], '^misconfigured') then return 0 end
  return math.min(1, redis.call('HDEL', state, 'hold', 'holdr'))
end

local verbs = { pause = pause, resume = resume, set = set, configured = configured, note = function() return 1 end }
redis.call('DEL', base .. 'none') -- needs no memory: after it, a Redis that is full lets the rest pass
local changed = verbs[verb]()
if changed == 1 or verb ~= 'configured' then
  redis.call('XADD', base .. 'audit', 'MAXLEN', '~', AUDIT_MAX, '*', 'who', who, 'verb', verb, 'kind', kind, 'name', name,
    'value', verb == 'configured' and '' or value, 'changed', changed)
end
return { changed, changed == 1 and ring(base) or 0 }
