-- A record's fields by name; a field that is not there is nil, and a place that is not there is `none`.
-- `k` (the rank) is nil when there is no such record.
local function read_record(base, id, fields)
  local values = redis.call('HMGET', base .. 'm:' .. id, unpack(fields))
  local rec = {}
  for i = 1, #fields do rec[fields[i]] = values[i] or nil end
  if not rec.p then rec.p = PLACE_NONE end
  return rec
end
