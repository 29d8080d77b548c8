import { type Clock, readSteady } from "../clock.ts";

const WINDOW_MS = 60_000;

/** Requests per minute for one page, because each one looks things up in the tenant. */
const MAX_PER_PAGE = 60;

/** Requests per minute with unknown handles, all together. */
const MAX_STRANGE = 600;

/** Limits the rate of requests. */
export interface PageLimits {
  /** @param id of the page; undefined for a request with an unknown handle. */
  take(id: string | undefined): boolean;
}

export function createPageLimits(clock: Pick<Clock, "now" | "steady">): PageLimits {
  const now = () => readSteady(clock);
  let since = now();
  let counts = new Map<string, number>();
  return {
    take(id = "") {
      if (now() - since >= WINDOW_MS) {
        since = now();
        counts = new Map();
      }
      const count = (counts.get(id) ?? 0) + 1;
      counts.set(id, count);
      return count <= (id === "" ? MAX_STRANGE : MAX_PER_PAGE);
    },
  };
}
