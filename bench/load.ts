import { Pool } from "undici";

/** A request that many callers send: the same again and again. */
export interface Shot {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  /** What every good answer holds, and no bad one. */
  readonly mark: string;
}

/** Before the counting begins, in milliseconds: connections are opened then. */
const LEAD_MS = 120;

interface Fired {
  /** Calls a second. */
  readonly rate: number;
  /** All calls, those before the counting began too. */
  readonly total: number;
}

/**
 * That many callers, each with a connection of its own and one request at a time, over a stretch of time.
 * Throws at the first answer that is not a good one.
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
