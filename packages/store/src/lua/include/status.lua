-- What is read of a record before the end of a send is applied to it, or a status to a message that is still in a place.
local STATUS_FIELDS = {
  'k', 'q', 'p', 'l', 'to', 'ct', 'c', 'g', 'j', 'md', 'e', 'tp', 'ft', 'fb', 'x', 'w', 'th', 'pr', 'er', 'rt', 'rf', 's',
  't' .. RANK_SUBMITTED,
}
-- Most statuses come when the message has left the places: then so much is enough, and Redis looks for half as many.
local LISTENING_FIELDS = { 'k', 'q', 'p', 'l', 'x', 'w', 'pr', 'er', 'rt', 'rf', 's' }
local STATUS_TIME = #STATUS_FIELDS + 1
local LISTENING_TIME = #LISTENING_FIELDS + 1

-- Whether the provider has reported this send as failed, and somebody has ordered another one since: then only what
-- outranks that failure is news.
local function is_written_off(rec, wire, rank)
  return rec.rf and tonumber(wire) <= tonumber(rec.rf) and rank <= RANK_FAILED_BY_PROVIDER
end

-- How a wamid is named in keys: short, and the same length for every provider.
local function wamid_digest(wamid)
  return string.sub(redis.sha1hex(wamid), 1, 16)
end

-- Which send a wamid belongs to, as the index says it. Most messages are sent once: only later sends add their number.
local function owner_of(id, wire)
  return wire == '1' and id or id .. '.' .. wire
end

local function read_owner(owner)
  local id, wire = string.match(owner, '^(%w+)%.?(%d*)$')
  return id, wire == '' and '1' or wire
end

-- Remembers to whom these wamids belong: digest, owner, digest, owner, …
local function index_wamids(base, entries, now_ms)
  local index = base .. 'w:' .. math.floor(now_ms / 86400000)
  redis.call('HSET', index, unpack(entries))
  if redis.call('PTTL', index) < 0 then redis.call('PEXPIRE', index, INDEX_TTL_MS) end
end

local function put(fields, name, value)
  fields[#fields + 1] = name
  fields[#fields + 1] = value
end

-- What a status of this rank is applied to: those fields, and the time that is known of the rank.
local function read_for_status(base, id, rank)
  LISTENING_FIELDS[LISTENING_TIME] = 't' .. rank
  local rec = read_record(base, id, LISTENING_FIELDS)
  if rec.p == PLACE_NONE then return rec end
  STATUS_FIELDS[STATUS_TIME] = 't' .. rank
  return read_record(base, id, STATUS_FIELDS)
end

-- Applies one status event of the provider to a record: status climbs, times keep the earliest, nothing goes back.
-- Any order and repetition of the same events ends in the same record.
-- needs: record, leave, event, failed, change, doubt
-- rec: as read_for_status reads it
-- status: { wire, wamid, rank, at, word, pricing, short, failure } as passed by apply.lua; all text but rank and at.
-- Returns 'applied' or 'same'.
local function apply_status(base, id, rec, status, now_ms)
  local key = base .. 'm:' .. id
  local rank = tonumber(rec.k)
  local changed = false
  local fields = {}
  local failed = status.failure ~= ''
  -- A failure speaks of one send only: it says nothing about a later send of the same message, nor about one that an
  -- operator has ordered since.
  if failed and (status.wire ~= rec.x or status.wire == rec.rt) then return 'same' end

  local time_field = 't' .. status.rank
  local known = rec[time_field]
  local since_accepted = status.at - rec.q
  if not known or tonumber(known) > since_accepted then
    put(fields, time_field, since_accepted)
    changed = not known
  end
  -- Where two events disagree, the smaller text stays: any rule does that does not depend on their order.
  if status.pricing ~= '' and (not rec.pr or status.pricing < rec.pr) then put(fields, 'pr', status.pricing) end
  if status.wamid ~= '' and (not rec.w or status.wamid < rec.w) then put(fields, 'w', status.wamid) end
  if failed then -- and it replaces what our own tries left there
    local told = known and (rec.er or '') .. (redis.call('GET', base .. 'x:' .. id) or '')
    if not told or status.short .. status.failure < told then
      put(fields, 'er', status.short)
      redis.call('SET', base .. 'x:' .. id, status.failure, 'PX', RECORD_TTL_MS)
    end
  end

  local climbs = status.rank > rank and not is_written_off(rec, status.wire, status.rank)
  if climbs then put(fields, 'k', status.rank) end
  if #fields > 0 then redis.call('HSET', key, unpack(fields)) end
  if climbs then
    end_doubt(base, id, rec)
    if rec.p == PLACE_NONE then
      redis.call('PEXPIRE', key, RECORD_TTL_MS)
    elseif rec.p ~= PLACE_WIRE then
      leave(base, id, rec) -- evidence settles whatever waited
    end
    if failed then
      note_failure(base, id, now_ms)
      note_end(rec, 'failed', status.short)
    end
    if status.rank >= RANK_DELIVERED and rank < RANK_DELIVERED then redis.call('UNLINK', base .. 'b:' .. id) end
  end
  if changed then
    add_event(base, id, status.word, status.at, status.failure)
    note_status(rec, status.word, status.at)
  end
  return changed and 'applied' or 'same'
end

-- Applies the statuses that came before anyone knew this wamid.
local function join_orphans(base, id, wire, orphan_key, now_ms)
  local parked = redis.call('LRANGE', orphan_key, 0, -1)
  if #parked == 0 then return end
  for _, packed in ipairs(parked) do
    local status = cjson.decode(packed)
    status.wire = wire
    apply_status(base, id, read_for_status(base, id, status.rank), status, now_ms)
  end
  redis.call('DEL', orphan_key)
  redis.call('ZREM', base .. 'orphans', string.match(orphan_key, '[^:]*$'))
end
