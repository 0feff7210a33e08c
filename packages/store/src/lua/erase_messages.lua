-- erase_messages: takes messages away with all that is kept of them; those that wait leave the line first. What is on the
-- wire stays until it is answered.
-- Atomic because a begin may be taking one of them to the wire at this moment.
-- KEYS[1]  base of the sender
-- ARGV     1 now ms or '' · 2 '1' when nothing of their recipient is on the wire: a chain that is left is a broken one · then ids
-- returns  1 when a worker must be called, then per id 'erased' | 'gone' before | 'on-wire' | 'linked': the chain of its
--          recipient still needs it
-- @include now guard record event doubt ready contact turn leave
local base = KEYS[1]
local now_ms = math.floor(clock_us(ARGV[1]) / 1000)
local is_chain_broken = ARGV[2] == '1'
local REFERENCE_LENGTH_MAX = 10000 -- in a longer list one more id that leads nowhere is no matter, and a search would be
local FIELDS = { 'k', 'p', 'l', 'to', 'ct', 'g', 'j', 'md', 'e', 'f' }

local function leave_line(id)
  local rec = read_record(base, id, FIELDS)
  if not rec.k or rec.p == PLACE_NONE or rec.p == PLACE_WIRE then return end
  leave(base, id, rec)
  end_doubt(base, id, rec)
end

-- A record without which those behind it would never get their turn.
local function is_link(id, rec)
  local field = rec.l .. contact_of(rec)
  local is_last = redis.call('HGET', base .. 'turns', field) == id
  if not rec.j and not is_last then return false end
  if not is_chain_broken then return true end
  if rec.j and redis.call('HGET', base .. 'm:' .. rec.j, 'p') == PLACE_TURN then return true end
  if is_last then redis.call('HDEL', base .. 'turns', field) end
  return false
end

local function erase(id)
  local rec = read_record(base, id, FIELDS)
  if rec.p == PLACE_WIRE then return 'on-wire' end
  if rec.k and rec.l and rec.to and is_link(id, rec) then return 'linked' end
  if rec.f and redis.call('LLEN', base .. 'f:' .. rec.f) <= REFERENCE_LENGTH_MAX then redis.call('LREM', base .. 'f:' .. rec.f, 0, id) end
  return rec.k and 'erased' or 'gone'
end

redis.call('DEL', base .. 'none') -- needs no memory: after it, a Redis that is full lets the rest pass
local results = { 0 }
for at = 3, #ARGV do guarded(leave_line, ARGV[at]) end
for at = 3, #ARGV do
  local id = ARGV[at]
  local result = guarded(erase, id) or 'erased' -- a damaged record goes like any other
  if result == 'erased' or result == 'gone' then
    redis.call('UNLINK', base .. 'm:' .. id, base .. 'b:' .. id, base .. 'x:' .. id, base .. 'd:' .. id)
  end
  results[#results + 1] = result
end
if flush_ready(base) then results[1] = ring(base) end
return results
