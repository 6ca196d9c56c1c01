-- The call budget of one organization: one atomic answer for every question about it.
-- KEYS  1 state (hash)  2 calls (sorted set)  3 the count of the day in question
-- ARGV  1 operation  2 whose monotonic clock  3 that clock's seconds  4 window (s)  5 calls in a window at most
--       6 calls a day by setting  7.. by operation
-- Answer: granted, seconds to wait, why, day used, day limit, calls in the window, in flight, seconds frozen, server's epoch
--
-- The minute and the leases run on a clock that only goes forward and that no wall clock can move: it follows the
-- callers' monotonic clocks, and a machine seen for the first time is set to it.
-- Each call is one member of `calls`: in flight its score is the end of its lease, afterwards the moment it ended.
-- So one count says what is in flight (score in the future), another what a platform may have seen within a window,
-- however long a call lingered on its way; a dead holder leaves both by itself.

local state, calls, count = KEYS[1], KEYS[2], KEYS[3]
local operation, host, mono, window, ceiling = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])

local function kept(field) return tonumber(redis.call('HGET', state, field) or nil) end
local function keep(field, value) redis.call('HSET', state, field, string.format('%.6f', value)) end

local unborn = redis.call('EXISTS', state) == 0
local time = redis.call('TIME')
local wall = tonumber(time[1]) + tonumber(time[2]) / 1000000
local offset = kept('clock:' .. host)
local now = kept('now') or wall
if offset then
  now = math.max(now, mono + offset)
else
  now = now + math.max(0, wall - (kept('wall') or wall))
  offset = now - mono
end

local function settle()
  keep('now', now)
  keep('wall', wall)
  keep('clock:' .. host, offset)
  redis.call('ZREMRANGEBYSCORE', calls, '-inf', '(' .. string.format('%.6f', now - window))
  redis.call('EXPIRE', state, 172800)
  redis.call('EXPIRE', calls, 7200)
  redis.call('EXPIRE', count, 259200)
end

local function at(score) return string.format('%.6f', score) end
local function used() return tonumber(redis.call('GET', count) or 0) end
local function limit() return math.min(tonumber(ARGV[6]), kept('limit') or tonumber(ARGV[6])) end
local function in_window() return redis.call('ZCOUNT', calls, '(' .. at(now - window), '+inf') end
local function in_flight() return redis.call('ZCOUNT', calls, '(' .. at(now), '+inf') end
local function frozen() return math.max(0, (kept('frozen') or 0) - now) end

local function answer(granted, wait, why)
  return {granted, at(wait), why, used(), limit(), in_window(), in_flight(), at(frozen()), at(wall)}
end

local function freeze(seconds, why)
  if now + seconds > (kept('frozen') or 0) then
    keep('frozen', now + seconds)
    redis.call('HSET', state, 'why', why)
  end
end

local function take()
  local token, gap, tolerance, slots, lease = ARGV[7], tonumber(ARGV[8]), tonumber(ARGV[9]), tonumber(ARGV[10]), tonumber(ARGV[11])
  local share, calls_kept, remembers = tonumber(ARGV[12]), tonumber(ARGV[13]), ARGV[14]
  if unborn and remembers == '1' then return answer(0, 0, 'forgotten') end
  if redis.call('ZSCORE', calls, token) then return answer(1, 0, '') end -- asked again after a broken connection
  settle()
  if frozen() > 0 then return answer(0, frozen(), redis.call('HGET', state, 'why')) end
  if used() >= limit() - math.max(math.ceil(limit() * share), calls_kept) then return answer(0, 0, 'day') end
  if in_flight() >= slots then return answer(0, 0.1, 'slots') end
  local due = math.max(kept('due') or 0, now)
  if due - now > tolerance then return answer(0, due - now - tolerance, 'minute') end
  if in_window() >= ceiling then
    local oldest = redis.call('ZRANGEBYSCORE', calls, '(' .. at(now - window), '+inf', 'WITHSCORES', 'LIMIT', 0, 1)
    return answer(0, math.max(0.01, tonumber(oldest[2]) + window - now), 'minute')
  end
  keep('due', due + gap)
  redis.call('ZADD', calls, at(now + lease), token)
  redis.call('INCR', count)
  settle()
  return answer(1, 0, '')
end

local function give()
  local token, sent = ARGV[7], ARGV[8]
  settle()
  if sent == '1' then
    redis.call('ZADD', calls, at(now), token)
  elseif redis.call('ZREM', calls, token) == 1 and used() > 0 then
    redis.call('DECR', count) -- it never left: the platform did not count it either
  end
  return answer(1, 0, '')
end

-- What somebody else knows: the platform by its headers, the ledger after Redis forgot.
local function learn()
  local day_used, day_limit, seconds, why, empty = tonumber(ARGV[7]), tonumber(ARGV[8]), tonumber(ARGV[9]), ARGV[10], tonumber(ARGV[11])
  settle()
  if day_used > used() then redis.call('SET', count, day_used, 'EX', 259200) end
  if day_limit > 0 then keep('limit', day_limit) end
  if seconds > 0 then freeze(seconds, why) end
  -- A minute that was forgotten may have been a full one: begin without the burst.
  if unborn and empty > 0 then keep('due', now + empty) end
  return answer(1, 0, '')
end

if operation == 'take' then return take() end
if operation == 'give' then return give() end
if operation == 'learn' then return learn() end
return answer(0, 0, '')
