import type { Caller } from "../caller.ts";
import type { Registry } from "../tools/registry.ts";

/** Knows the running calls of each request's caller, which is an object of its own for each request. */
export interface TrackedCalls {
  readonly registry: Registry;
  /** How many calls are running, also of callers who have left. */
  count(): number;
  /** Resolves when those of one request have ended; undefined if none is running. */
  left(caller: Caller): Promise<unknown> | undefined;
}

export function trackCalls(registry: Registry): TrackedCalls {
  const running = new Map<Caller, Set<Promise<unknown>>>();
  let count = 0;

  async function callCounted(...[name, args, context]: Parameters<Registry["call"]>) {
    count += 1;
    try {
      return await registry.call(name, args, context);
    } finally {
      count -= 1;
    }
  }

  return {
    count: () => count,
    registry: {
      ...registry,
      async call(name, args, context) {
        const { caller } = context;
        const work = callCounted(name, args, context);
        if (!caller) return work;
        const own = running.get(caller) ?? new Set();
        running.set(caller, own.add(work));
        try {
          return await work;
        } finally {
          own.delete(work);
          if (own.size === 0) running.delete(caller);
        }
      },
    },
    left(caller) {
      const own = running.get(caller);
      return own && Promise.allSettled(own);
    },
  };
}
