import { Pool } from "undici";

/** A request that many callers send repeatedly. */
export interface Shot {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  /** Text that every good response contains, and no bad one. */
  readonly mark: string;
}

/** Time before the counting begins, in which connections are opened, in milliseconds. */
const LEAD_MS = 120;

interface Fired {
  /** Calls per second. */
  readonly rate: number;
  /** All calls, including those before the counting began. */
  readonly total: number;
}

/**
 * Lets callers send requests for a stretch of time, each on its own connection and one at a time. Throws at the first bad response.
 */
export async function fire(shot: Shot, callers: number, stretchMs: number): Promise<Fired> {
  const { origin, pathname: path } = new URL(shot.url);
  const pool = new Pool(origin, { connections: callers, pipelining: 1 });
  const from = performance.now() + LEAD_MS;
  const until = from + stretchMs;
  let total = 0;
  let calls = 0;
  let last = from;
  const caller = async () => {
    while (performance.now() < until) {
      const { statusCode, body } = await pool.request({
        method: "POST",
        path,
        headers: shot.headers,
        body: shot.body,
      });
      const text = await body.text();
      if (statusCode !== 200 || !text.includes(shot.mark))
        throw new Error(`a bad answer from ${shot.url}: HTTP ${statusCode} ${text.slice(0, 300)}`);
      total += 1;
      const now = performance.now();
      if (now < from) continue;
      calls += 1;
      last = now;
    }
  };
  try {
    await Promise.all(Array.from({ length: callers }, caller));
  } finally {
    await pool.destroy();
  }
  return { rate: (calls * 1_000) / (last - from), total };
}
