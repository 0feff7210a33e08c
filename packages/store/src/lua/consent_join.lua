-- consent_join: these spellings are one person. Only matters where somebody has said something: nothing is kept of others.
-- Asked to look, it only tells for whom it matters.
-- Atomic because what is said about either of them at this moment must reach the one contact.
-- KEYS[1]  base of the portfolio
-- ARGV     1 'look' | 'join', then per person: number of spellings, the spellings
-- returns  per person 1 when something was said under some of these spellings, and they were several contacts, else 0
-- @include consent consent_join
local base, people, at = KEYS[1], {}, 2
if ARGV[1] == 'join' then redis.call('DEL', base .. 'none') end -- needs no memory: after it, a Redis that is full lets the rest pass

while at <= #ARGV do
  local spellings = {}
  for i = 1, tonumber(ARGV[at]) do spellings[i] = ARGV[at + i] end
  people[#people + 1] = spellings
  at = at + #spellings + 1
end

-- The values under these keys: { [name] = value }, for names = { [name] = key }.
local function read_all(names)
  local values, some, keys = {}, {}, {}
  local function read()
    for i, value in ipairs(#keys > 0 and redis.call('MGET', unpack(keys)) or {}) do values[some[i]] = value or nil end
    some, keys = {}, {}
  end
  for name, key in pairs(names) do
    some[#some + 1] = name
    keys[#keys + 1] = key
    if #keys == 1000 then read() end
  end
  read()
  return values
end

-- For each of these people, whether something was said under some of its spellings, and they are several contacts.
local function look_at(some)
  local aliases, said, erased = {}, {}, {}
  for _, spellings in ipairs(some) do
    for _, spelling in ipairs(spellings) do aliases[spelling] = base .. 'al:' .. spelling end
  end
  local contacts, secret = read_all(aliases), redis.call('HGET', base .. 's', 'ck')
  for spelling in pairs(aliases) do
    contacts[spelling] = contacts[spelling] or spelling
    said[contacts[spelling]] = base .. 'c:' .. contacts[spelling]
    if secret then erased[spelling] = erased_key(base, spelling) end
  end
  said, erased = read_all(said), read_all(erased)
  local found = {}
  for i, spellings in ipairs(some) do
    local is_known, is_split = false, false
    for _, spelling in ipairs(spellings) do
      is_known = is_known or said[contacts[spelling]] ~= nil or erased[spelling] ~= nil
      is_split = is_split or contacts[spelling] ~= contacts[spellings[1]]
    end
    found[i] = is_known and is_split and 1 or 0
  end
  return found
end

if ARGV[1] == 'look' then return look_at(people) end
local joined = {}
for i, spellings in ipairs(people) do
  joined[i] = look_at({ spellings })[1]
  if joined[i] == 1 then keep_contact(base, spellings) end
end
return joined
