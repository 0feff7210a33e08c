-- media_lease: who uploads a file to the provider, and under which id it is there. The same file of one sender is uploaded
-- once: whoever comes while another is at it waits for that one's answer, and later ones get the id that is known.
-- Atomic because two uploads of one file may come at the same moment.
-- KEYS[1]  base of the sender
-- ARGV     1 'take' | 'keep' | 'done' | 'leave' · 2 digest of the file · 3 token of whoever asks · 4 ms the lease lasts
--          (take, keep), or the answer lasts (done) · 5 media id (done) · 6 JSON to remember (done)
-- returns  take: the JSON that is remembered, 1 when the lease is the asker's, 0 while it is another's · otherwise 1 when
--          the lease was the asker's
local base = KEYS[1]
local verb, digest, token, ttl_ms = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local lease, known = base .. 'ml:' .. digest, base .. 'mc:' .. digest
local is_mine = redis.call('GET', lease) == token

if verb == 'take' then
  local answer = redis.call('GET', known)
  if answer then return answer end
  if redis.call('EXISTS', lease) == 1 then return is_mine and 1 or 0 end
  redis.call('SET', lease, token, 'PX', ttl_ms)
  return 1
end
if verb == 'keep' then return is_mine and redis.call('PEXPIRE', lease, ttl_ms) or 0 end
if is_mine then redis.call('DEL', lease) end -- first, for it needs no memory
if verb == 'done' then
  redis.call('SET', base .. 'mi:' .. ARGV[5], digest, 'PX', ttl_ms)
  redis.call('SET', known, ARGV[6], 'PX', ttl_ms)
end
return is_mine and 1 or 0
