-- What this call did to messages, for the metrics (changes.ts): so nobody has to ask Redis for what it has just done.
-- 's <status> <lane> <at ms> <due ms>'  the provider reported a status that was not known
-- 'e <status> <lane> <class>'           the message ended without being delivered
local changes = {}

-- rec: the fields l, q, s
local function note_status(rec, word, at_ms)
  local due = math.max(tonumber(rec.q), tonumber(rec.s or 0))
  changes[#changes + 1] = string.format('s %s %s %.0f %.0f', word, rec.l or '', at_ms, due)
end

-- rec: the field l; short: the failure in short (class:code:status), or ''
local function note_end(rec, word, short)
  changes[#changes + 1] = 'e ' .. word .. ' ' .. (rec.l or '') .. ' ' .. string.match(short, '^[^:]*')
end

local function changes_text()
  return table.concat(changes, ',')
end
