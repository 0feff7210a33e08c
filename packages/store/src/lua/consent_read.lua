-- consent_read: all that is kept of one contact's consent.
-- Atomic because the contact may be joined with another one between two reads.
-- KEYS[1]  base of the portfolio
-- ARGV     1 spelling
-- returns  { name of the contact, lines as include/consent.lua has them, … }
-- @include consent
local base = KEYS[1]
local contact = consent_contact(base, ARGV[1])
local lines = read_lines(base, contact)
if #lines == 0 then lines = erased_statements(base, ARGV[1]) end
return { contact, unpack(lines) }
