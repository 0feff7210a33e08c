-- Who is unconfirmed: `doubts` names them by the ms at which their wait for evidence ends, so that they can be counted
-- without a look at every record.

-- mode: 'NX' when there is no new wait, and what is known of the last one stays
local function note_doubt(base, id, until_ms, mode)
  local until_text = string.format('%.0f', until_ms)
  if mode then
    redis.call('ZADD', base .. 'doubts', mode, until_text, id)
  else
    redis.call('ZADD', base .. 'doubts', until_text, id)
  end
end

-- rec: the field k, as it was
local function end_doubt(base, id, rec)
  if tonumber(rec.k) == RANK_UNCONFIRMED then redis.call('ZREM', base .. 'doubts', id) end
end
