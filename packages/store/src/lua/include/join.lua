-- Two spellings turn out to be one person's: what is kept about one moves to the other.
-- needs: guard, contact, pair

local function move_times(base, kind, days, from, into, now_ms, is_better)
  local today = math.floor(now_ms / 86400000)
  for day = today, today - days, -1 do
    local key = base .. kind .. ':' .. day
    local moved = redis.call('HGET', key, from)
    if moved then
      local known = redis.call('HGET', key, into)
      if not known or is_better(tonumber(moved), tonumber(known)) then redis.call('HSET', key, into, moved) end
      redis.call('HDEL', key, from) -- last: a hash that is emptied first would come back without its expiry
    end
  end
end

-- Until they are joined, a window that one of two has opened is open for both.
local function share_windows(base, one, other, now_ms)
  local today = math.floor(now_ms / 86400000)
  for day = today, today - 1, -1 do
    local since = redis.call('HMGET', base .. 'cw:' .. day, one, other)
    if since[1] ~= since[2] then
      local latest = string.format('%.0f', math.max(tonumber(since[1] or 0), tonumber(since[2] or 0)))
      redis.call('HSET', base .. 'cw:' .. day, one, latest, other, latest)
    end
  end
end

-- Makes `from` an alias of `into` (both contacts, not the same), or the other way round when only `from` is a number.
-- Only remembers the pair for later while somebody is in line under the spelling that goes: a message in a chain keeps the
-- contact it joined with.
local function join(base, from, into, now_ms)
  if string.sub(from, 1, 1) == '+' and string.sub(into, 1, 1) ~= '+' then from, into = into, from end
  if redis.call('HEXISTS', base .. 'turns', '0' .. from) == 1 or redis.call('HEXISTS', base .. 'turns', '1' .. from) == 1 then
    redis.call('SADD', base .. 'joins', from .. ' ' .. into)
    return share_windows(base, from, into, now_ms)
  end
  move_times(base, 'cw', WINDOW_DAYS, from, into, now_ms, function(moved, known) return moved > known end)
  move_times(base, 'fe', ENTRY_DAYS, from, into, now_ms, function(moved, known) return moved < known end)
  add_pair(base, from, into, now_ms)
  local newest, older = alias_keys(base, now_ms)
  local spellings = spellings_of(base, from, now_ms)
  local contacts, moved = resolve_many(base, spellings, now_ms), { from }
  for _, spelling in ipairs(spellings) do
    if contacts[spelling] == from then moved[#moved + 1] = spelling end -- else it has ended, and is somebody else's now
  end
  keep_aliases(base, into, moved, now_ms)
  redis.call('HDEL', newest, '=' .. from)
  redis.call('HDEL', older, '=' .. from)
end

local function join_contacts_of(base, one, other, now_ms)
  local contacts = resolve_many(base, { one, other }, now_ms)
  if contacts[one] ~= contacts[other] then join(base, contacts[one], contacts[other], now_ms) end
end

-- Learns that two spellings are one person's. What is kept of them may be damaged: that costs nobody else his place, for
-- the messages that this script made ready are not in line yet.
local function learn(base, one, other, now_ms)
  if one == other then return end
  local _, wrong = guarded(join_contacts_of, base, one, other, now_ms)
  if wrong then set_aside(base, '', wrong) end
end

-- Tries the joins again that had to wait; few or none.
local function join_waiting(base, most, now_ms)
  for _, pair in ipairs(redis.call('SPOP', base .. 'joins', most)) do
    local one, other = string.match(pair, '^(%S+) (%S+)$')
    learn(base, one, other, now_ms)
  end
end
