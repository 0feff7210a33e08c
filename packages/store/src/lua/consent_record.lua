-- consent_record: keeps what contacts said, each under all the spellings that whoever tells it knows.
-- Atomic because two who tell of one contact at once must end with one contact that has said both.
-- KEYS[1]  base of the portfolio
-- ARGV     per statement: number of spellings, the spellings, the statement as include/consent.lua has it
-- returns  per statement 'recorded' (it counts now) | 'older' (kept, but a later one counts) | 'same' (known already)
-- @include consent consent_join
local base, results, at = KEYS[1], {}, 1
redis.call('DEL', base .. 'none') -- needs no memory: after it, a Redis that is full lets the rest pass
while at <= #ARGV do
  local spellings = {}
  for i = 1, tonumber(ARGV[at]) do spellings[i] = ARGV[at + i] end
  at = at + #spellings + 1
  local statement = ARGV[at]
  at = at + 1
  local is_new, lines = keep_contact(base, spellings, statement)
  local counts = newest_in(lines, string.sub(statement, 1, 1)) == statement
  results[#results + 1] = is_new and (counts and 'recorded' or 'older') or 'same'
end
return results
