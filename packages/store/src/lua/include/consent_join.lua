-- Makes one contact of all that these spellings stand for. Its name does not depend on the order in which they became known:
-- it is the smallest of them, and "+" and digits are smaller than the letters an id of the provider's begins with. One hop
-- leads from any spelling to the name.
-- needs: consent

-- Adds to a list what is not in it.
local function add_new(list, text)
  if list[text] then return false end
  list[text] = true
  list[#list + 1] = text
  return true
end

-- Everything known under these spellings: the contacts they belong to, all spellings of those, and what they said.
local function gather(base, spellings)
  local contacts, all, said = {}, {}, {}
  for _, spelling in ipairs(spellings) do
    add_new(all, spelling)
    add_new(contacts, consent_contact(base, spelling))
  end
  for _, contact in ipairs(contacts) do
    add_new(all, contact)
    for _, line in ipairs(read_lines(base, contact)) do
      if string.sub(line, 1, 1) == 's' then add_new(all, string.sub(line, 2)) else add_new(said, line) end
    end
  end
  for _, spelling in ipairs(all) do -- whoever comes back after an erasure has still opted out then
    for _, statement in ipairs(erased_statements(base, spelling)) do add_new(said, statement) end
  end
  table.sort(all)
  return contacts, all, said
end

-- The last statements of each category.
local function last_of(said)
  table.sort(said, function(one, other) return one > other end)
  local kept, counts = {}, {}
  for _, line in ipairs(said) do
    local category = string.sub(line, 1, 1)
    counts[category] = (counts[category] or 0) + 1
    if counts[category] <= CONSENT_HISTORY_MAX then kept[#kept + 1] = line end
  end
  return kept
end

-- Writes the one contact of these spellings, with one more statement, if there is one; the others are gone.
-- Returns whether that statement was new, and the lines as they are kept.
local function keep_contact(base, spellings, statement)
  local contacts, all, said = gather(base, spellings)
  local is_new = statement and add_new(said, statement)
  local name, lines = all[1], last_of(said)
  for _, contact in ipairs(contacts) do
    if contact ~= name then redis.call('UNLINK', base .. 'c:' .. contact) end
  end
  redis.call('DEL', base .. 'al:' .. name)
  for i, spelling in ipairs(all) do
    if i > 1 then
      lines[#lines + 1] = 's' .. spelling
      redis.call('SET', base .. 'al:' .. spelling, name, 'PX', CONSENT_TTL_MS)
    end
    local erased = erased_key(base, spelling)
    if erased then redis.call('DEL', erased) end
  end
  redis.call('SET', base .. 'c:' .. name, table.concat(lines, '\n'), 'PX', CONSENT_TTL_MS)
  return is_new, lines
end
