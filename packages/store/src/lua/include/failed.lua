-- A message ends as failed by our own decision: rank, time, event, the words, and its place in the index of failures.
-- needs: event, expiry, change, doubt
-- rec: the fields q, k, l
local function note_failure(base, id, now_ms)
  local index = base .. 'nf:' .. math.floor(now_ms / 86400000)
  redis.call('RPUSH', index, id)
  live_at_least(index, INDEX_TTL_MS)
end

local function mark_failed(base, id, rec, short, json, now_ms)
  redis.call('HSET', base .. 'm:' .. id, 'er', short, 'k', RANK_FAILED, 't' .. RANK_FAILED, now_ms - rec.q)
  redis.call('SET', base .. 'x:' .. id, json, 'PX', RECORD_TTL_MS)
  note_failure(base, id, now_ms)
  add_event(base, id, 'failed', now_ms, json)
  end_doubt(base, id, rec)
  note_end(rec, 'failed', short)
end
