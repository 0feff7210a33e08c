-- What contacts have said, per portfolio. c:<contact> is a text of lines, each once, so that whatever is added in whatever
-- order gives the same lines:
--   <category m|u|a><ms, 15 digits><0 opted in | 1 opted out><JSON>   a statement: the greatest line of a category counts
--   s<spelling>                                                       another spelling of this contact
-- al:<spelling> is the contact of such a spelling. er:<digest of a spelling> keeps the opt-outs of somebody who was erased,
-- as the first 17 characters of a statement each; s has the secret (ck) that the digests are made with.
local HEAD = 17

local function consent_contact(base, spelling)
  return redis.call('GET', base .. 'al:' .. spelling) or spelling
end

local function read_lines(base, contact)
  local lines = {}
  for line in string.gmatch(redis.call('GET', base .. 'c:' .. contact) or '', '[^\n]+') do lines[#lines + 1] = line end
  return lines
end

-- The statement that counts among these lines; nil when nothing was said about this category.
local function newest_in(lines, category)
  local newest
  for _, line in ipairs(lines) do
    if string.sub(line, 1, 1) == category and (not newest or line > newest) then newest = line end
  end
  return newest
end

-- The key of an erased spelling; nil while nobody was ever erased.
local function erased_key(base, spelling)
  local secret = redis.call('HGET', base .. 's', 'ck')
  return secret and base .. 'er:' .. redis.sha1hex(secret .. spelling)
end

-- The opt-outs that outlived an erasure, as statements.
local function erased_statements(base, spelling)
  local key = erased_key(base, spelling)
  local heads, statements = key and redis.call('GET', key) or '', {}
  for at = 1, #heads, HEAD do statements[#statements + 1] = string.sub(heads, at, at + HEAD - 1) .. '{"source":"erasure"}' end
  return statements
end
