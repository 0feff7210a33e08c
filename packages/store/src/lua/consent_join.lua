-- consent_join: these spellings are one person. Only matters where somebody has said something: nothing is kept of others.
-- Atomic because what is said about either of them at this moment must reach the one contact.
-- KEYS[1]  base of the portfolio
-- ARGV     per person: number of spellings, the spellings
-- returns  how many were joined
-- @include consent consent_join
local base, joined, at = KEYS[1], 0, 1
redis.call('DEL', base .. 'none') -- needs no memory: after it, a Redis that is full lets the rest pass

local function has_said_something(spelling)
  local erased = erased_key(base, spelling)
  return redis.call('EXISTS', base .. 'c:' .. consent_contact(base, spelling)) == 1
    or (erased and redis.call('EXISTS', erased) == 1)
end

while at <= #ARGV do
  local spellings, is_known, is_split = {}, false, false
  for i = 1, tonumber(ARGV[at]) do
    spellings[i] = ARGV[at + i]
    is_known = is_known or has_said_something(spellings[i])
    is_split = is_split or consent_contact(base, spellings[i]) ~= consent_contact(base, spellings[1])
  end
  at = at + #spellings + 1
  if is_known and is_split then
    keep_contact(base, spellings)
    joined = joined + 1
  end
end
return joined
