/** The data of a Redis, and the commands that our scripts use. */
export type Reply = number | string | null | Reply[];

interface Entry {
  value: string | Map<string, number>;
  until: number;
}

/** @param now in milliseconds since the epoch. */
export function createData(now: () => number) {
  const entries = new Map<string, Entry>();

  function find(key: string): Entry | undefined {
    const entry = entries.get(key);
    if (entry && entry.until <= now()) entries.delete(key);
    return entries.get(key);
  }

  function sorted(key: string): Map<string, number> {
    const value = find(key)?.value;
    return value instanceof Map ? value : new Map();
  }

  /** Compares with a bound such as `5`, `(5` or `-inf`. */
  function isAbove(score: number, edge: string): boolean {
    if (edge === "-inf") return true;
    return edge.startsWith("(") ? score > Number(edge.slice(1)) : score >= Number(edge);
  }
  const isBelow = (score: number, edge: string): boolean => edge === "+inf" || score <= Number(edge);

  const commands: Record<string, (key: string, ...args: string[]) => Reply> = {
    TIME: () => [String(Math.floor(now() / 1000)), String(Math.floor((now() % 1000) * 1000))],
    GET(key) {
      const value = find(key)?.value;
      return typeof value === "string" ? value : null;
    },
    SET(key, value = "", ...options) {
      if (options.includes("NX") && find(key)) return null;
      const at = options.indexOf("PX");
      const until = at < 0 ? Number.POSITIVE_INFINITY : now() + whole(options[at + 1]);
      entries.set(key, { value, until });
      return "OK";
    },
    DEL: (key) => Number(find(key) !== undefined && entries.delete(key)),
    EXISTS: (key) => Number(find(key) !== undefined),
    PTTL(key) {
      const entry = find(key);
      if (!entry) return -2;
      return entry.until === Number.POSITIVE_INFINITY ? -1 : Math.ceil(entry.until - now());
    },
    PEXPIRE(key, ms) {
      const entry = find(key);
      if (entry) entry.until = now() + whole(ms);
      return Number(entry !== undefined);
    },
    ZADD(key, score = "", member = "") {
      const entry = find(key) ?? { value: new Map<string, number>(), until: Number.POSITIVE_INFINITY };
      entries.set(key, entry);
      (entry.value as Map<string, number>).set(member, Number(score));
      return 1;
    },
    ZREM: (key, member = "") => Number(sorted(key).delete(member)),
    ZREMRANGEBYSCORE(key, low = "", high = "") {
      const set = sorted(key);
      for (const [member, score] of set) if (isAbove(score, low) && isBelow(score, high)) set.delete(member);
      return 0;
    },
    ZREMRANGEBYRANK(key, _first, last = "") {
      const set = sorted(key);
      const order = [...set].sort(([, a], [, b]) => a - b).slice(0, Math.max(0, set.size + Number(last) + 1));
      for (const [member] of order) set.delete(member);
      return order.length;
    },
    ZRANGEBYSCORE: (key, low = "", high = "") =>
      [...sorted(key)].flatMap(([member, score]) =>
        isAbove(score, low) && isBelow(score, high) ? member : [],
      ),
  };

  return {
    run(name: string, args: readonly string[]): Reply {
      const command = commands[name.toUpperCase()];
      if (!command) throw new Error(`ERR unknown command '${name}'`);
      return command(args[0] ?? "", ...args.slice(1));
    },
    /** All keys and values, as text. */
    dump: () =>
      JSON.stringify(
        [...entries].map(([key, { value }]) => [key, value instanceof Map ? [...value.keys()] : value]),
      ),
    clear: () => entries.clear(),
  };
}

/** Redis refuses times that are not integers. */
function whole(text: string | undefined): number {
  if (text === undefined || !/^\d+$/.test(text) || text === "0")
    throw new Error("ERR value is not an integer or out of range");
  return Number(text);
}
