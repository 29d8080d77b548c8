import type { Bucket } from "./port.ts";

/** How many callers are remembered; with OAuth there can be many. */
const MAX_CALLERS = 10_000;

/** Token buckets of this process, by caller. */
export interface Buckets {
  /** Takes `cost` out of the bucket and returns 0; or takes nothing and returns after how many milliseconds there will be enough. */
  spend(caller: string, cost: number, bucket: Bucket): number;
}

/** @param now milliseconds from an arbitrary origin. */
export function createBuckets(now: () => number): Buckets {
  const states = new Map<string, { left: number; at: number }>();
  return {
    spend(caller, cost, { perMinute, full }) {
      const state = states.get(caller) ?? { left: full, at: now() };
      // Moved to the end, so that the map starts with the callers who have been idle longest.
      states.delete(caller);
      const [longestIdle] = states.size >= MAX_CALLERS ? states.keys() : [];
      if (longestIdle !== undefined) states.delete(longestIdle);
      states.set(caller, state);
      const passed = now() - state.at;
      state.left = Math.min(full, state.left + (passed * perMinute) / 60_000);
      state.at = now();
      if (state.left < cost) return ((cost - state.left) * 60_000) / perMinute;
      state.left -= cost;
      return 0;
    },
  };
}
