-- One person, one contact: the key of turns, pair budget, windows and the index by recipient. The contact is a phone number
-- where one is known ("+49…"), else a BSUID; every other spelling is an alias of it (ADR 20).
-- al:<span>: <spelling> -> its contact, and =<contact> -> its other spellings, oldest first; joined by spaces.
-- What is used is written again in the newest span, the rest ends with its span. No alias points at an alias.

local function alias_keys(base, now_ms)
  local span = math.floor(now_ms / ALIAS_SPAN_MS)
  return base .. 'al:' .. span, base .. 'al:' .. span - 1
end

local function write_aliases(base, fields, now_ms)
  local newest = alias_keys(base, now_ms)
  redis.call('HSET', newest, unpack(fields))
  if redis.call('PTTL', newest) < 0 then
    redis.call('PEXPIRE', newest, (math.floor(now_ms / ALIAS_SPAN_MS) + 2) * ALIAS_SPAN_MS - now_ms)
  end
end

-- The other spellings of a contact, as its line says; some may have ended since.
local function spellings_of(base, contact, now_ms)
  local newest, older = alias_keys(base, now_ms)
  local line = redis.call('HGET', newest, '=' .. contact) or redis.call('HGET', older, '=' .. contact) or ''
  local spellings = {}
  for spelling in string.gmatch(line, '%S+') do spellings[#spellings + 1] = spelling end
  return spellings
end

-- Writes down, in the newest span, that these spellings are this contact's.
local function keep_aliases(base, contact, new, now_ms)
  local newest, older = alias_keys(base, now_ms)
  local spellings, is_known, fields = spellings_of(base, contact, now_ms), {}, {}
  for _, spelling in ipairs(spellings) do is_known[spelling] = true end
  for _, spelling in ipairs(new) do
    if not is_known[spelling] then spellings[#spellings + 1] = spelling end
    fields[#fields + 1] = spelling
    fields[#fields + 1] = contact
  end
  fields[#fields + 1] = '=' .. contact
  fields[#fields + 1] = table.concat(spellings, ' ', math.max(1, #spellings - SPELLINGS_MAX + 1))
  write_aliases(base, fields, now_ms)
  for i = 1, #spellings - SPELLINGS_MAX do
    redis.call('HDEL', newest, spellings[i])
    redis.call('HDEL', older, spellings[i])
  end
end

-- The contact of each spelling: { [spelling] = contact }.
local function resolve_many(base, spellings, now_ms)
  local contacts = {}
  for _, spelling in ipairs(spellings) do contacts[spelling] = spelling end
  local newest, older = alias_keys(base, now_ms)
  if #spellings == 0 or redis.call('EXISTS', newest, older) == 0 then return contacts end
  local fresh, old = redis.call('HMGET', newest, unpack(spellings)), redis.call('HMGET', older, unpack(spellings))
  for i, spelling in ipairs(spellings) do
    if fresh[i] or old[i] then contacts[spelling] = fresh[i] or old[i] end
    if not fresh[i] and old[i] then keep_aliases(base, old[i], { spelling }, now_ms) end
  end
  return contacts
end

local function resolve(base, spelling, now_ms)
  return resolve_many(base, { spelling }, now_ms)[spelling]
end

-- The contact a message was put in line with.
-- rec: the fields ct, to
local function contact_of(rec)
  return rec.ct or rec.to
end

-- The contact of a message that comes into line only now; its record says so from here on.
-- rec: the fields ct, to
local function resolve_record(base, id, rec, now_ms)
  local contact = resolve(base, contact_of(rec), now_ms)
  if contact == contact_of(rec) then return end
  if contact == rec.to then
    rec.ct = nil
    redis.call('HDEL', base .. 'm:' .. id, 'ct')
  else
    rec.ct = contact
    redis.call('HSET', base .. 'm:' .. id, 'ct', contact)
  end
end

-- When each contact last wrote or called: { [contact] = ms }, nothing for who has not for a day or two.
local function read_windows(base, contacts, now_ms)
  local since, today = {}, math.floor(now_ms / 86400000)
  if #contacts == 0 then return since end
  local newest = redis.call('HMGET', base .. 'cw:' .. today, unpack(contacts))
  local older = redis.call('HMGET', base .. 'cw:' .. today - 1, unpack(contacts))
  for i, contact in ipairs(contacts) do since[contact] = tonumber(newest[i] or older[i]) or nil end
  return since
end
