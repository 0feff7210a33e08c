-- Ends a message that waits: its time is over, or nothing settled its doubt. Of a message in doubt nobody may say that it
-- was not sent, so it fails where another is expired.
-- needs: leave, event
-- rec: the fields of leave, and k and q; returns the job of the next turn, or nil.
local function give_up(base, id, rec, now_ms)
  local key = base .. 'm:' .. id
  local rank, word, detail = RANK_EXPIRED, 'expired', ''
  if tonumber(rec.k) == RANK_UNCONFIRMED then
    rank, word, detail = RANK_FAILED, 'failed', UNSETTLED_JSON
    redis.call('HSET', key, 'er', UNSETTLED_SHORT)
    redis.call('SET', base .. 'x:' .. id, UNSETTLED_JSON, 'PX', RECORD_TTL_MS)
  end
  redis.call('HSET', key, 'k', rank, 't' .. rank, now_ms - rec.q)
  add_event(base, id, word, now_ms, detail)
  return leave(base, id, rec, now_ms)
end
