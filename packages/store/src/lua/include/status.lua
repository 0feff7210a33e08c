-- Applies one status event of the provider to a record: status climbs, times keep the earliest, nothing goes back.
-- Any order and repetition of the same events ends in the same record.
-- needs: leave, event
-- status: { wire, wamid, rank, at, word, pricing, short, failure } as passed by apply.lua; all text but rank and at.
-- Returns 'applied' or 'same', and the job of the next turn if the event settled a doubt.
local function apply_status(base, id, rec, status, now_ms)
  local key = base .. 'm:' .. id
  local rank = tonumber(rec.k)
  local changed = false
  local failed = status.failure ~= ''
  -- A failure speaks of one send only: it says nothing about a later send of the same message.
  if failed and status.wire ~= '' and status.wire ~= rec.x then return 'same' end

  local time_field = 't' .. status.rank
  local known = redis.call('HGET', key, time_field)
  if not known or tonumber(known) > status.at then
    redis.call('HSET', key, time_field, status.at)
    changed = not known
  end
  -- Where two events disagree, the smaller text stays: any rule does that does not depend on their order.
  if status.pricing ~= '' and (not rec.pr or status.pricing < rec.pr) then redis.call('HSET', key, 'pr', status.pricing) end
  if status.wamid ~= '' and (not rec.w or status.wamid < rec.w) then redis.call('HSET', key, 'w', status.wamid) end
  if failed and (not rec.er or status.short < rec.er) then
    redis.call('HSET', key, 'er', status.short)
    redis.call('SET', base .. 'x:' .. id, status.failure, 'PX', RECORD_TTL_MS)
  end

  local job
  if status.rank > rank then
    redis.call('HSET', key, 'k', status.rank)
    if rec.p and rec.p ~= PLACE_WIRE then
      job = leave(base, id, rec.p, rec.l, rec.to, rec.g, rec.j, now_ms) -- evidence settles whatever waited
    elseif not rec.p then
      redis.call('PEXPIRE', key, RECORD_TTL_MS)
    end
    if status.rank >= RANK_DELIVERED then redis.call('UNLINK', base .. 'b:' .. id) end
  end
  if changed then add_event(base, id, status.word, status.at, status.failure) end
  return changed and 'applied' or 'same', job
end

local STATUS_FIELDS = { 'k', 'p', 'l', 'to', 'g', 'j', 'x', 'w', 'pr', 'er' }

-- The fields of a record that apply_status reads, by name; nil when there is no such record.
local function read_for_status(base, id)
  local values = redis.call('HMGET', base .. 'm:' .. id, unpack(STATUS_FIELDS))
  if not values[1] then return nil end
  local rec = {}
  for i, field in ipairs(STATUS_FIELDS) do rec[field] = values[i] or nil end
  return rec
end
