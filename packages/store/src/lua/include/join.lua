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
-- contact it joined with. Returns whether that is news.
local function join(base, from, into, now_ms)
  if string.sub(from, 1, 1) == '+' and string.sub(into, 1, 1) ~= '+' then from, into = into, from end
  if redis.call('HEXISTS', base .. 'turns', '0' .. from) == 1 or redis.call('HEXISTS', base .. 'turns', '1' .. from) == 1 then
    share_windows(base, from, into, now_ms)
    return redis.call('SADD', base .. 'joins', from .. ' ' .. into) == 1
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
  return true
end

local function join_contacts_of(base, one, other, now_ms)
  local contacts = resolve_many(base, { one, other }, now_ms)
  return contacts[one] ~= contacts[other] and join(base, contacts[one], contacts[other], now_ms)
end

-- What is kept of two spellings may be damaged: that costs nobody else his place, for the messages that this script made
-- ready are not in line yet.
local function join_safely(base, one, other, now_ms)
  local is_news, wrong = guarded(join_contacts_of, base, one, other, now_ms)
  if wrong then set_aside(base, '', wrong) end
  return is_news
end

-- Learns that two spellings are one person's. Returns whether that is news; then the portfolio, in a slot of its own, must
-- hear of it: the pair stays in `untold` until somebody says that it has.
local function learn(base, one, other, now_ms)
  local is_news = one ~= other and join_safely(base, one, other, now_ms)
  if is_news then
    redis.call('ZADD', base .. 'untold', now_ms, one .. ' ' .. other)
    redis.call('PEXPIRE', base .. 'untold', ALIAS_SPAN_MS)
  end
  return is_news
end

-- Of contacts, those that nothing is kept of: no other spelling, window, budget or turn. { [contact] = true }
local function blank_ones(base, contacts, now_ms)
  local blank, today, newest, older = {}, math.floor(now_ms / 86400000), alias_keys(base, now_ms)
  for _, contact in ipairs(contacts) do blank[contact] = true end
  local function look(key, mark)
    if redis.call('EXISTS', key) == 0 then return end
    local fields = {}
    for i, contact in ipairs(contacts) do fields[i] = mark .. contact end
    for i, value in ipairs(redis.call('HMGET', key, unpack(fields))) do
      if value then blank[contacts[i]] = nil end
    end
  end
  look(newest, '=')
  look(older, '=')
  look(base .. 'turns', '0')
  look(base .. 'turns', '1')
  for day = today, today - WINDOW_DAYS, -1 do look(base .. 'cw:' .. day, '') end
  for day = today, today - ENTRY_DAYS, -1 do look(base .. 'fe:' .. day, '') end
  for bucket = math.floor(now_ms / PAIR_BUCKET_MS), math.floor((now_ms + PAIR_FARTHEST_MS) / PAIR_BUCKET_MS) do
    look(base .. 'pair:' .. string.format('%.0f', bucket), '')
  end
  return blank
end

-- The usual pair, in bulk: a spelling that nothing is kept of becomes an alias of a number with few others or none.
-- told: pairs { one, other } of spellings that are no aliases; returns those that were learned, { 'one other' = all names }
local function learn_blank(base, told, now_ms)
  local froms, lines, fields, untold, learned = {}, {}, {}, {}, {}
  local newest, older = alias_keys(base, now_ms)
  for i, pair in ipairs(told) do
    local swaps = string.sub(pair[1], 1, 1) == '+' and string.sub(pair[2], 1, 1) ~= '+'
    froms[i] = swaps and pair[2] or pair[1]
    lines[i] = '=' .. (swaps and pair[1] or pair[2])
  end
  if #told == 0 then return learned end
  local blank = blank_ones(base, froms, now_ms)
  local fresh, old = redis.call('HMGET', newest, unpack(lines)), redis.call('HMGET', older, unpack(lines))
  for i, pair in ipairs(told) do
    local into, others = string.sub(lines[i], 2), fresh[i] or old[i] or ''
    local _, count = string.gsub(others, '%S+', '')
    if blank[froms[i]] and count < SPELLINGS_MAX then
      others = count == 0 and froms[i] or others .. ' ' .. froms[i]
      for _, text in ipairs({ froms[i], into, lines[i], others }) do fields[#fields + 1] = text end
      local text = pair[1] .. ' ' .. pair[2]
      learned[text] = into .. ' ' .. others
      untold[#untold + 1] = now_ms
      untold[#untold + 1] = text
    end
  end
  if #fields == 0 then return learned end
  for at = 1, #fields, 4000 do write_aliases(base, { unpack(fields, at, math.min(at + 3999, #fields)) }, now_ms) end
  redis.call('ZADD', base .. 'untold', unpack(untold))
  redis.call('PEXPIRE', base .. 'untold', ALIAS_SPAN_MS)
  return learned
end

-- Tries the joins again that had to wait; few or none.
local function join_waiting(base, most, now_ms)
  for _, pair in ipairs(redis.call('SPOP', base .. 'joins', most)) do
    local one, other = string.match(pair, '^(%S+) (%S+)$')
    join_safely(base, one, other, now_ms)
  end
end
