-- One entry in the sender's feed of status events, in the same step as the status itself.
local function add_event(base, events_max, id, status, at_ms, detail)
  redis.call('XADD', base .. 'ev', 'MAXLEN', '~', events_max, '*', 'id', id, 's', status, 'at', at_ms, 'x', detail)
end
