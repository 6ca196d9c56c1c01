-- The rate window of one store, as the store's own answers tell it.
-- KEYS 1 state (hash)   ARGV 1 operation  2.. by operation
-- Answer: granted, seconds to wait, server's epoch
-- The quota is shared with other apps, so the headers are the truth; between two answers we count down ourselves.

local state, operation = KEYS[1], ARGV[1]
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000

local function kept(field) return tonumber(redis.call('HGET', state, field) or nil) end
local function keep(field, value) redis.call('HSET', state, field, string.format('%.6f', value)) end
local function answer(granted, wait) return {granted, string.format('%.6f', wait), string.format('%.6f', now)} end

-- A moment further away than it was when it was noted means that the clock was set back: it is over.
local function ahead(field, span)
  local moment = kept(field) or 0
  if moment - now > (kept(span) or 0) + 1 then return 0 end
  return math.max(0, moment - now)
end

if operation == 'take' then
  local spare = tonumber(ARGV[2])
  local silent = ahead('frozen', 'silence')
  if silent > 0 then return answer(0, silent) end
  local quota, rest = kept('quota'), ahead('ends', 'span')
  if not quota then return answer(1, 0) end
  if rest <= 0 then -- a new window that no answer has described yet
    keep('left', quota)
    keep('ends', now + (kept('span') or 30))
    rest = kept('span') or 30
  end
  if kept('left') <= math.floor(quota * spare) then return answer(0, rest) end
  redis.call('HINCRBYFLOAT', state, 'left', -1)
elseif operation == 'heard' then
  local left, quota, rest, span = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
  local ends = now + rest
  -- Answers overtake each other: within one window the smaller remainder is the newer one.
  local same = math.abs((kept('ends') or 0) - ends) < span / 2 and ahead('ends', 'span') > 0
  keep('left', same and math.min(left, kept('left') or left) or left)
  if not same then keep('ends', ends) end
  keep('quota', quota)
  keep('span', span)
elseif operation == 'refused' then
  local seconds, first = tonumber(ARGV[2]), tonumber(ARGV[3])
  if seconds <= 0 then -- no header says how long: each refusal in a row doubles the silence, at most 64 times
    if ahead('frozen', 'silence') <= 0 then redis.call('HINCRBY', state, 'refusals', 1) end
    seconds = first * 2 ^ (math.min(math.max(kept('refusals') or 1, 1), 7) - 1)
  end
  if now + seconds > (kept('frozen') or 0) or ahead('frozen', 'silence') == 0 then
    keep('frozen', now + seconds)
    keep('silence', seconds)
  end
  redis.call('EXPIRE', state, 7200)
  return answer(0, ahead('frozen', 'silence'))
elseif operation == 'fine' then
  redis.call('HDEL', state, 'refusals')
end
redis.call('EXPIRE', state, 7200)
return answer(1, 0)
