/*
 * Atomic operations on the store, as Lua scripts for Redis 7 and Valkey. All times are the store's own, because the clocks of
 * replicas differ. Notes on writes are members of a sorted set, scored by their expiry: `<token>` while the outcome is not known,
 * and `<token> <id>` once an object was created.
 */

export interface Script {
  /** For messages. */
  readonly name: string;
  readonly lua: string;
}

const NOW = `
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
`;

/**
 * When the store's memory began. A clock that was set back would make that lie ahead, and everyone wait until then; the store then
 * counts as new.
 */
const BORN = `
local function bornAt(key)
  local born = tonumber(redis.call('GET', key) or '')
  if born and born <= now then return born end
  redis.call('SET', key, now)
  return now
end
`;

/** Notes per key; the oldest are forgotten first. */
const MAX_NOTES = 1000;

const NOTE = `
local function note(key, member, ttl)
  redis.call('ZADD', key, now + ttl, member)
  redis.call('ZREMRANGEBYSCORE', key, '-inf', now)
  redis.call('ZREMRANGEBYRANK', key, 0, -${MAX_NOTES + 1})
  if redis.call('PTTL', key) < ttl then redis.call('PEXPIRE', key, ttl) end
end
`;

/** KEYS: born. Returns when the store's memory began, by its own time. Writes, so that a store that takes no writes is noticed. */
export const GREET: Script = {
  name: "greet",
  lua: `${NOW}${BORN}
local born = bornAt(KEYS[1])
redis.call('SET', KEYS[1], born)
return born`,
};

/** KEYS: value, notes, neither in use. Tries every command that the other scripts use, and leaves nothing. */
export const TRY: Script = {
  name: "try",
  lua: `${NOW}${NOTE}
redis.call('SET', KEYS[1], '1', 'NX', 'PX', 1000)
redis.call('PEXPIRE', KEYS[1], 1000)
redis.call('GET', KEYS[1])
redis.call('EXISTS', KEYS[1])
note(KEYS[2], '1', 1000)
redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. now, '+inf')
redis.call('ZREM', KEYS[2], '1')
for _, key in ipairs(KEYS) do redis.call('DEL', key) end
return 1`,
};

/**
 * KEYS: lock, next, born. ARGV: token, lease, how long a waiter keeps its place. Returns 0 if the lock was taken, -1 if this
 * process is next, -2 if another one is, or the milliseconds until a store that started empty knows who held locks before.
 */
export const ACQUIRE: Script = {
  name: "acquire",
  lua: `${NOW}${BORN}
local young = bornAt(KEYS[3]) + ARGV[2] - now
if young > 0 then return math.ceil(young) end
if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('PEXPIRE', KEYS[1], ARGV[2])
  return 0
end
local next = redis.call('GET', KEYS[2])
if next and next ~= ARGV[1] then return -2 end
if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  redis.call('DEL', KEYS[2])
  return 0
end
redis.call('SET', KEYS[2], ARGV[1], 'PX', ARGV[3])
return -1`,
};

/**
 * KEYS: lock. ARGV: token, lease. Returns 1 if the lock is held, including where the store had lost it, or 0 if it was taken by
 * another process.
 */
export const RENEW: Script = {
  name: "renew",
  lua: `
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1`,
};

/** KEYS: lock, notes. ARGV: token, lease, how long the note counts. Same as `RENEW`, and notes a write in progress. */
export const BEGIN: Script = {
  name: "begin",
  lua: `${NOW}${NOTE}
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
note(KEYS[2], ARGV[1], tonumber(ARGV[3]))
return 1`,
};

/** KEYS: lock, notes. ARGV: token, how long the note counts, the note or "" if nothing was created. Releases the lock. */
export const SETTLE: Script = {
  name: "settle",
  lua: `${NOW}${NOTE}
if redis.call('GET', KEYS[1]) == ARGV[1] then redis.call('DEL', KEYS[1]) end
redis.call('ZREM', KEYS[2], ARGV[1])
if ARGV[3] ~= '' then note(KEYS[2], ARGV[3], tonumber(ARGV[2])) end
return 1`,
};

/** KEYS: lock, notes. Returns the notes that count; that of a write in progress does not. */
export const LOOK: Script = {
  name: "look",
  lua: `${NOW}
local notes = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. now, '+inf')
local holder = redis.call('GET', KEYS[1])
local seen = {}
for _, member in ipairs(notes) do
  if member ~= holder then seen[#seen + 1] = member end
end
return seen`,
};

/**
 * KEYS: used, born. ARGV: how long it is remembered, how long a store that started empty waits for reports. Returns 1 for the
 * first use, 0 for a later one, or -1 while the store may not know.
 */
export const USE: Script = {
  name: "use",
  lua: `${NOW}${BORN}
local born = bornAt(KEYS[2])
if redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
if born + ARGV[2] > now then return -1 end
redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])
return 1`,
};

/** KEYS: used. ARGV: how long it is remembered. For ids that were used before the store started. */
export const MARK_USED: Script = {
  name: "mark_used",
  lua: "redis.call('SET', KEYS[1], '1', 'PX', ARGV[1]) return 1",
};

/** KEYS: used. Returns 1 if it was used. */
export const WAS_USED: Script = { name: "was_used", lua: "return redis.call('EXISTS', KEYS[1])" };

/**
 * KEYS: bucket. ARGV: milliseconds in which one unit is refilled, capacity, units wanted. Stores the time at which the bucket
 * will be full again. Returns 0, or after how many milliseconds there will be enough.
 */
export const SPEND: Script = {
  name: "spend",
  lua: `${NOW}
local each, holds, wanted = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now) + wanted * each
local wait = full - now - holds * each
if wait > 0 then return math.ceil(wait) end
redis.call('SET', KEYS[1], tostring(full), 'PX', math.ceil(full - now) + 1000)
return 0`,
};
