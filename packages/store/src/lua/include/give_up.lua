-- Ends a message that waits: its time is over, or nothing settled its doubt. Of a message in doubt nobody may say that it
-- was not sent, so it fails where another is expired.
-- needs: leave, event, failed, change
-- rec: the fields of leave, and k, q and l
local function give_up(base, id, rec, now_ms)
  if tonumber(rec.k) == RANK_UNCONFIRMED then
    mark_failed(base, id, rec, UNSETTLED_SHORT, UNSETTLED_JSON, now_ms)
  else
    redis.call('HSET', base .. 'm:' .. id, 'k', RANK_EXPIRED, 't' .. RANK_EXPIRED, now_ms - rec.q)
    add_event(base, id, 'expired', now_ms, '')
    note_end(rec, 'expired', '')
  end
  leave(base, id, rec)
end
