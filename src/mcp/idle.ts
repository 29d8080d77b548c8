import { setImmediate } from "node:timers/promises";

/** How long a client that has its tool list must be silent, in milliseconds, so that a client that calls at once is not delayed. */
const STILL_MS = 50;

export type Step = () => Promise<unknown>;

/**
 * Runs steps that the first call would otherwise wait for, one after another and only while nothing else runs, so that a message
 * that arrives meanwhile waits for at most one of them. A step that fails here fails again, and is reported, when it is needed.
 */
export function takeWhenIdle(steps: readonly Step[], isIdle: () => boolean): void {
  const left = [...steps];
  const wait = () => void setTimeout(run, STILL_MS).unref();
  const run = async () => {
    while (left.length > 0) {
      if (!isIdle()) return wait();
      await left
        .shift()?.()
        .catch(() => undefined);
      await setImmediate();
    }
  };
  wait();
}
