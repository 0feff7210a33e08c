-- Runs what concerns one message. What it breaks on is that message's own trouble (a damaged record): its neighbours in the
-- same call go on, since a script that stops half-way is not rolled back.
-- Returns what `work` returns, or nil and what went wrong.
local function guarded(work, ...)
  local ok, first, second = pcall(work, ...)
  if ok then return first, second end
  return nil, type(first) == 'table' and first.err or tostring(first)
end

-- Sets a message aside that cannot be worked with, so that it is seen and met no more.
local function set_aside(base, id, why)
  redis.call('XADD', base .. 'aside', 'MAXLEN', '~', ASIDE_MAX, '*', 'reason', 'damaged record',
    'json', cjson.encode({ id = id, error = why or 'no such record' }))
end
