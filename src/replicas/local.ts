import { type Clock, readSteady } from "../clock.ts";
import { createBuckets } from "./buckets.ts";
import { createKeyLock } from "./key-lock.ts";
import type { Shared } from "./port.ts";
import { createRecent } from "./recent.ts";
import { createUsed } from "./used.ts";

/** The state of a process that shares nothing with others. */
export function createLocalShared(clock: Clock): Shared {
  const lock = createKeyLock(clock);
  const recent = createRecent(clock);
  const used = createUsed(clock);
  const buckets = createBuckets(() => readSteady(clock));
  return {
    run: (key, limits, work) =>
      lock.run(key, limits, () =>
        work({
          begin: async () => undefined,
          confirm: () => undefined,
          isAlone: () => true,
          async end(outcome, longestCallMs) {
            if (outcome === "nothing") return;
            recent.note(key, outcome === "unknown" ? undefined : outcome.made, longestCallMs);
          },
        }),
      ),
    lookRecent: async (key) => recent.look(key),
    useOnce: async (kind, id, ttlMs) => used.use(kind, id, ttlMs),
    wasUsed: async (kind, id) => used.has(kind, id),
    spend: async (caller, cost, bucket) => buckets.spend(caller, cost, bucket),
    isWhole: async () => true,
    close: async () => undefined,
  };
}
