-- consent_erase: forgets a contact under all its spellings. What stays of it names nobody: its opt-outs under a digest of each
-- spelling, so that it is still protected, and its place in the tier under a digest, so that the count stays right.
-- Atomic because between forgetting a statement and keeping its opt-out nobody may be told that there is none.
-- KEYS[1]  base of the portfolio
-- ARGV     1 'name' only tells who it is | 'erase' | 'forget' the opt-outs, too · 2 a secret for the digests, if there is none
--          yet · then the spellings
-- returns  { digest of the contact, opt-outs kept, all its spellings … }
-- @include consent consent_join
local base, mode, spellings = KEYS[1], ARGV[1], {}
for at = 3, #ARGV do spellings[#spellings + 1] = ARGV[at] end
redis.call('DEL', base .. 'none') -- needs no memory: after it, a Redis that is full lets the rest pass
redis.call('HSETNX', base .. 's', 'ck', ARGV[2])

local contacts, all, said = gather(base, spellings)
local function digest_of(spelling) return string.sub(erased_key(base, spelling), -40) end
if mode == 'name' then return { digest_of(all[1]), 0, unpack(all) } end

local opt_outs = {}
for _, category in ipairs({ 'm', 'u', 'a' }) do
  local newest = newest_in(said, category)
  if newest and string.sub(newest, HEAD, HEAD) == '1' then opt_outs[#opt_outs + 1] = string.sub(newest, 1, HEAD) end
end
for _, contact in ipairs(contacts) do redis.call('UNLINK', base .. 'c:' .. contact) end
local keeps = mode == 'erase' and #opt_outs > 0
for _, spelling in ipairs(all) do
  redis.call('UNLINK', base .. 'al:' .. spelling)
  if keeps then
    redis.call('SET', erased_key(base, spelling), table.concat(opt_outs), 'PX', CONSENT_TTL_MS)
  else
    redis.call('DEL', erased_key(base, spelling))
  end
  local reached_at = redis.call('ZSCORE', base .. 'reached', spelling)
  if reached_at then
    redis.call('ZREM', base .. 'reached', spelling)
    redis.call('ZADD', base .. 'reached', reached_at, digest_of(spelling))
  end
end
return { digest_of(all[1]), keeps and #opt_outs or 0, unpack(all) }
