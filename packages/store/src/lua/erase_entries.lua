-- erase_entries: removes the entries of a stream that are about certain messages or name a person, a part of the stream at a
-- time.
-- Atomic so that an entry is removed as it was read. A part is so small that Redis is not held.
-- KEYS[1]  base of the sender or the portfolio
-- ARGV     1 name of the stream · 2 position after which to begin, or '-' · 3 number of message ids · the ids · then what
--          names the person: digits of a number, or an id of the provider's
-- returns  { position after which to go on, or '' at the end; entries removed }
local stream, after = KEYS[1] .. ARGV[1], ARGV[2]
local ENTRIES_MAX = 500
local BYTES_MAX = 1000000
local READ_AT_ONCE = 20
local is_erased, names = {}, {}
for at = 4, 3 + ARGV[3] do is_erased[ARGV[at]] = true end
for at = 4 + ARGV[3], #ARGV do names[#names + 1] = ARGV[at] end

-- Whether the text has this name, and not as a part of a longer one.
local function has_name(text, name)
  local at = 1
  while true do
    local first, last = string.find(text, name, at, true)
    if not first then return false end
    local before, behind = string.sub(text, first - 1, first - 1), string.sub(text, last + 1, last + 1)
    local is_number = string.find(name, '^%d') ~= nil
    if not string.find(before, is_number and '%d' or '[%u%d]') and not string.find(behind, is_number and '%d' or '%w') then return true end
    at = first + 1
  end
end

local function concerns(fields)
  local bytes, found = 0, false
  for i = 2, #fields, 2 do
    local value = fields[i]
    bytes = bytes + #value
    found = found or is_erased[value]
    for n = 1, #names do found = found or has_name(value, names[n]) end
  end
  return found, bytes
end

local removed, seen, bytes = 0, 0, 0
while seen < ENTRIES_MAX and bytes < BYTES_MAX do
  local entries = redis.call('XRANGE', stream, after == '-' and '-' or '(' .. after, '+', 'COUNT', READ_AT_ONCE)
  if #entries == 0 then return { '', removed } end
  for _, entry in ipairs(entries) do
    local found, size = concerns(entry[2])
    seen, bytes, after = seen + 1, bytes + size, entry[1]
    if found then removed = removed + redis.call('XDEL', stream, after) end
  end
end
return { after, removed }
