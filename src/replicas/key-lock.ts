import { type Clock, type Limits, waitWithin } from "../clock.ts";
import { refuseBusyKey, refuseCancelledWait } from "./refusals.ts";

/** Makes calls with the same key run one after another within this process. */
export interface KeyLock {
  /** Waits for its turn within the limits, then runs `work`. A call that gives up waiting has changed nothing. */
  run<T>(key: string, limits: Limits, work: () => Promise<T>): Promise<T>;
}

export function createKeyLock(clock: Clock): KeyLock {
  // Contains a key only while calls with it are running or waiting.
  const tails = new Map<string, Promise<void>>();
  return {
    async run(key, limits, work) {
      const before = tails.get(key) ?? Promise.resolve();
      let leave = () => {};
      const mine = new Promise<void>((resolve) => {
        leave = resolve;
      });
      const tail = before.then(() => mine);
      tails.set(key, tail);
      void tail.then(() => {
        if (tails.get(key) === tail) tails.delete(key);
      });
      try {
        await waitForTurn(before, limits, clock);
        return await work();
      } finally {
        leave();
      }
    },
  };
}

function waitForTurn(before: Promise<void>, limits: Limits, clock: Clock): Promise<void> {
  return waitWithin(before, limits, clock, (reason) =>
    reason === "cancelled" ? refuseCancelledWait() : refuseBusyKey(),
  );
}
