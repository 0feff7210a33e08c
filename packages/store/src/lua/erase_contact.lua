-- erase_contact: forgets a person's traces beside messages and streams: the index by recipient, turns, budget, windows,
-- spellings. Only when no message of the person is left.
-- Atomic because a message that is accepted at this moment must stay in the index.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 how many days the index reaches back · 3 'list' the messages only | 'erase' · then the
--          person's spellings
-- returns  ids of messages: all that the index names, or of 'erase' those that are left: then nothing was forgotten
-- @include now contact pair
local base = KEYS[1]
local now_ms = math.floor(clock_us(ARGV[1]) / 1000)
local today = math.floor(now_ms / 86400000)
local lists, spellings = ARGV[3] == 'list', {}
for at = 4, #ARGV do spellings[#spellings + 1] = ARGV[at] end
redis.call('DEL', base .. 'none') -- needs no memory: after it, a Redis that is full lets the rest pass

local indexed, ids = {}, {}
for day = today, today - ARGV[2], -1 do
  local key = base .. 'r:' .. day
  for _, packed in ipairs(redis.call('EXISTS', key) == 1 and redis.call('HMGET', key, unpack(spellings)) or {}) do
    for id in string.gmatch(packed or '', string.rep('.', 26)) do
      if lists or redis.call('EXISTS', base .. 'm:' .. id) == 1 then ids[#ids + 1] = id end
    end
    if packed then indexed[key] = true end
  end
end
if lists or #ids > 0 then return ids end
for key in pairs(indexed) do redis.call('HDEL', key, unpack(spellings)) end

for _, spelling in ipairs(spellings) do redis.call('HDEL', base .. 'turns', '0' .. spelling, '1' .. spelling) end
for day = today - math.max(WINDOW_DAYS, ENTRY_DAYS), today do
  redis.call('HDEL', base .. 'cw:' .. day, unpack(spellings))
  redis.call('HDEL', base .. 'fe:' .. day, unpack(spellings))
end
for bucket = math.floor(now_ms / PAIR_BUCKET_MS), math.floor((now_ms + PAIR_FARTHEST_MS) / PAIR_BUCKET_MS) do
  redis.call('HDEL', base .. 'pair:' .. string.format('%.0f', bucket), unpack(spellings))
end
local newest, older = alias_keys(base, now_ms)
for _, spelling in ipairs(spellings) do
  redis.call('HDEL', newest, spelling, '=' .. spelling)
  redis.call('HDEL', older, spelling, '=' .. spelling)
end
local function forget_pairs(pairs_kept, remove, key)
  for _, pair in ipairs(pairs_kept) do
    local one, other = string.match(pair, '^(%S+) (%S+)$')
    for _, spelling in ipairs(spellings) do
      if one == spelling or other == spelling then redis.call(remove, key, pair) end
    end
  end
end
forget_pairs(redis.call('SMEMBERS', base .. 'joins'), 'SREM', base .. 'joins')
forget_pairs(redis.call('ZRANGE', base .. 'untold', 0, -1), 'ZREM', base .. 'untold')
return {}
