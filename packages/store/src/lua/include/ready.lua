-- A message is ready: it joins the backlog of its lane and caller, where only the pace keeps it.
--
-- Callers share a lane by virtual time: each message taken moves its caller's time on by one, and whoever is least far
-- goes next. A caller that comes back starts at most CALLER_CREDIT behind the lane's time, so a few messages overtake the
-- thousands of another, and nobody saves up more than that.
-- s: vt<lane> = the lane's time; cv<lane><caller> = the time of a caller when it last left.
local ready, is_ready = {}, false

local function queue_up(base, push, lane, caller, ids)
  is_ready = true
  local length = redis.call(push, base .. 'bl:' .. lane .. ':' .. caller, unpack(ids))
  if length > #ids then return end
  local times = redis.call('HMGET', base .. 's', 'vt' .. lane, 'cv' .. lane .. caller)
  local start = math.max(tonumber(times[2] or 0), tonumber(times[1] or 0) - CALLER_CREDIT)
  redis.call('ZADD', base .. 'bc:' .. lane, start, caller)
end

-- Notes that a message goes back to the head of its backlog, for it was in line before; its record says so already.
-- A record that lacks lane or caller is found out here, where it concerns that message alone, and not by flush_ready.
local function make_ready(lane, caller, id)
  assert(lane and caller, 'a field is missing')
  ready[#ready + 1] = { lane = lane, caller = caller, id = id }
end

-- Puts what was noted into the backlogs, at the end of a script: begin reads them by position until then.
-- Returns whether anything became ready in this script.
local function flush_ready(base)
  for i = #ready, 1, -1 do queue_up(base, 'LPUSH', ready[i].lane, ready[i].caller, { ready[i].id }) end
  return is_ready
end

-- Whether a worker must be called: something is ready, and none has it in mind since its last look (begin clears this).
local function ring(base)
  return redis.call('HSETNX', base .. 's', 'rg', 1)
end
