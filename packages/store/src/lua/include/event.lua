-- One entry in the sender's feed of status events, in the same step as the status itself.
local function add_event(base, id, status, at_ms, detail)
  redis.call('XADD', base .. 'ev', 'MAXLEN', '~', EVENTS_MAX, '*', 'id', id, 's', status, 'at', at_ms, 'x', detail)
end
