import type { Clock } from "../clock.ts";
import { Failure } from "../errors.ts";
import type { Limits } from "./port.ts";

/** Makes calls with the same key run one after another within this process. */
export interface KeyLock {
  /** Waits for its turn within the limits, then runs `work`. A call that gives up waiting has changed nothing. */
  run<T>(key: string, limits: Limits, work: () => Promise<T>): Promise<T>;
}

export function createKeyLock(clock: Clock): KeyLock {
  // Holds a key only while calls with it are running or waiting.
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

function waitForTurn(before: Promise<void>, { signal, deadline }: Limits, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = () => {
      stop();
      signal.removeEventListener("abort", onAbort);
    };
    const onAbort = () => {
      end();
      reject(
        new Failure("cancelled", "The call was cancelled while it waited for another one of the same kind."),
      );
    };
    const stop = clock.after(Math.max(0, deadline - clock.now()), () => {
      end();
      reject(
        new Failure("unavailable", "Another call that does the same is still running.", {
          next: "Wait for its result before trying again.",
        }),
      );
    });
    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    void before.then(() => {
      end();
      resolve();
    });
  });
}
