import { type Clock, systemClock } from "../clock.ts";
import type { Secret } from "../config/credential.ts";
import type { Logger } from "../log/logger.ts";
import { createLocalShared } from "./local.ts";
import { createNames } from "./names.ts";
import { readNotes } from "./notebook.ts";
import type { Shared } from "./port.ts";
import { refuseWithoutStore } from "./refusals.ts";
import { GREET, LOOK, SPEND } from "./scripts.ts";
import { createStore, type Reply, type Store, StoreDown } from "./store.ts";
import { createStoreState } from "./store-state.ts";
import { createTurns } from "./turns.ts";
import { createStoredUses } from "./uses.ts";

export interface RemoteOptions {
  /** `redis://` or `rediss://`. */
  readonly url: string;
  readonly password?: Secret | undefined;
  /** Hashes the names of keys; the same in all processes. */
  readonly key: string;
  readonly tenant: string;
  /** What happens to writes while the store does not respond: they are refused, or guarded within each process only. */
  readonly outage: "refuse" | "alone";
  readonly logger: Logger;
  readonly clock?: Clock;
  /** How long a dead process blocks others from what it held, in milliseconds. */
  readonly leaseMs?: number;
}

const LEASE_MS = 10_000;

const MEANWHILE: Record<RemoteOptions["outage"], string> = {
  refuse: "Reads go on; creates and consents are refused until it can.",
  alone: "Until it can, each process guards its writes alone.",
};

/** Shares state through Redis or Valkey. What one process remembers counts too, because the store may have lost it. */
export function createRemoteShared(options: RemoteOptions): Shared {
  const { url, password, outage, logger, clock = systemClock, leaseMs = LEASE_MS } = options;
  const mayGoAlone = outage === "alone";
  const local = createLocalShared(clock);
  const names = createNames(options.key, options.tenant);
  const state = createStoreState(logger, MEANWHILE[outage]);
  const store = createStore({ url, password, clock, state, greet, greetEveryMs: leaseMs / 10 });
  const turns = createTurns({ store, names, clock, leaseMs, mayGoAlone });
  const uses = createStoredUses(store, names, clock);

  let born: Reply | undefined;
  async function greet(run: Store["run"], isFirst: boolean): Promise<void> {
    const now = await run(GREET, [names.nameOf("born")]);
    const isNew = now !== born;
    if (!isNew && !isFirst) return;
    await uses.publish(run);
    await turns.publish(run, isNew);
    born = now;
  }

  async function askOr<T>(ask: () => Promise<T>, alone: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof StoreDown)) throw error;
      if (!mayGoAlone) throw refuseWithoutStore();
      return alone();
    }
  }

  return {
    run: (key, limits, work) =>
      local.run(key, limits, async (own) => {
        const turn = await turns.take(key, limits);
        try {
          return await work({
            begin: turn.begin,
            confirm: turn.confirm,
            isAlone: turn.isAlone,
            async end(outcome, longestCallMs) {
              await own.end(outcome, longestCallMs);
              await turn.end(outcome, longestCallMs);
            },
          });
        } finally {
          await turn.leave();
        }
      }),
    async lookRecent(key) {
      const own = await local.lookRecent(key);
      const look = async () => {
        const texts = await store.run(LOOK, [names.nameOf("lock", key), names.nameOf("notes", key)]);
        const { made, unclear } = readNotes(texts as string[]);
        return { made: [...new Set([...own.made, ...made])], unclear: own.unclear || unclear };
      };
      return askOr(look, async () => own);
    },
    async useOnce(kind, id, ttlMs) {
      const isFirst = await askOr(
        () => uses.useOnce(kind, id, ttlMs),
        async () => {
          uses.remember(kind, id, ttlMs);
          return true;
        },
      );
      return (await local.useOnce(kind, id, ttlMs)) && isFirst;
    },
    async wasUsed(kind, id) {
      if (await local.wasUsed(kind, id)) return true;
      return askOr(
        () => uses.wasUsed(kind, id),
        async () => false,
      );
    },
    async spend(caller, cost, bucket) {
      const each = 60_000 / bucket.perMinute;
      try {
        return Number(await store.run(SPEND, [names.nameOf("rate", caller)], [each, bucket.full, cost]));
      } catch {
        // Refusing everyone would be worse than counting in each process separately.
        return local.spend(caller, cost, bucket);
      }
    },
    async isWhole() {
      await state.known;
      return state.isUp;
    },
    close: () => store.close(),
  };
}
