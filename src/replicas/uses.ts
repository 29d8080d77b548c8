import { type Clock, readSteady, sleep } from "../clock.ts";
import type { Names } from "./names.ts";
import type { UseKind, Uses } from "./port.ts";
import { MARK_USED, USE, WAS_USED } from "./scripts.ts";
import type { Store } from "./store.ts";

/** Used ids, in the store. Rejects with `StoreDown` while the store does not respond. */
export interface StoredUses extends Uses {
  /** Remembers a use that the store could not be asked about. */
  remember(kind: UseKind, id: string, ttlMs: number): void;
  /** Reports this process's uses to a store that lost them. */
  publish(run: Store["run"]): Promise<void>;
}

/**
 * How long a store that started empty waits for reports of earlier uses, in milliseconds; longer than a process takes to
 * reconnect.
 */
const YOUTH_MS = 3_000;

/** More than are used within the time for which one counts. */
const MAX_USES = 20_000;

export function createStoredUses(store: Store, names: Names, clock: Clock): StoredUses {
  /** Uses by this process, and when each expires, by `readSteady`. */
  const own = new Map<string, number>();

  function remember(name: string, ttlMs: number): void {
    const now = readSteady(clock);
    for (const [old, until] of own) if (until <= now || own.size >= MAX_USES) own.delete(old);
    own.set(name, now + ttlMs);
  }

  async function useOnce(kind: UseKind, id: string, ttlMs: number): Promise<boolean> {
    const name = names.nameOf(kind, id);
    const keys = [name, names.nameOf("born")];
    for (let answer = -1; ; ) {
      answer = Number(await store.run(USE, keys, [ttlMs, YOUTH_MS]));
      if (answer === 1) remember(name, ttlMs);
      if (answer !== -1) return answer === 1;
      await sleep(clock, YOUTH_MS / 10, new AbortController().signal);
    }
  }

  return {
    useOnce,
    remember: (kind, id, ttlMs) => remember(names.nameOf(kind, id), ttlMs),
    wasUsed: async (kind, id) => (await store.run(WAS_USED, [names.nameOf(kind, id)])) === 1,
    async publish(run) {
      const now = readSteady(clock);
      const due = [...own].filter(([, until]) => until > now);
      await Promise.all(due.map(([name, until]) => run(MARK_USED, [name], [Math.ceil(until - now)])));
    },
  };
}
