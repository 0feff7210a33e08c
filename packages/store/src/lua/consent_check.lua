-- consent_check: what contacts have said last about one category, each under all the spellings that whoever asks knows.
-- Atomic because a contact may be joined with another one between two reads.
-- KEYS[1]  base of the portfolio
-- ARGV     1 category m | u | a · then per contact: number of spellings, the spellings
-- returns  per contact '1' opted out | '0' opted in | '' nothing was ever said
-- @include consent
local base, category, results, at = KEYS[1], ARGV[1], {}, 2

local function newest_of(spelling)
  local newest = newest_in(read_lines(base, consent_contact(base, spelling)), category)
  if newest then return string.sub(newest, 1, HEAD) end
  return string.sub(newest_in(erased_statements(base, spelling), category) or '', 1, HEAD)
end

while at <= #ARGV do
  local newest, last = '', at + ARGV[at]
  for i = at + 1, last do
    local head = newest_of(ARGV[i])
    if head > newest then newest = head end
  end
  results[#results + 1] = string.sub(newest, HEAD, HEAD)
  at = last + 1
end
return results
