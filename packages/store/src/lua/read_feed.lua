-- read_feed: a part of one of the sender's feeds, with what tells whether something before it is gone already.
-- Atomic so that the time, the length and the entries belong together: what comes later has a later position.
-- KEYS[1]  base of the sender
-- ARGV     1 name of the feed's stream · 2 position after which to begin · 3 the most entries
-- returns  { Redis's clock in ms, length of the stream, position of its oldest entry or '', entries as XRANGE gives them }
local stream = KEYS[1] .. ARGV[1]
local time = redis.call('TIME')
local oldest = redis.call('XRANGE', stream, '-', '+', 'COUNT', 1)[1]
return {
  time[1] * 1000 + math.floor(time[2] / 1000),
  redis.call('XLEN', stream),
  oldest and oldest[1] or '',
  redis.call('XRANGE', stream, '(' .. ARGV[2], '+', 'COUNT', ARGV[3]),
}
