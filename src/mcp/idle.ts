import { setImmediate } from "node:timers/promises";

/** How long a client that has its tool list must be silent, in milliseconds, so that a client that calls at once is not delayed. */
const STILL_MS = 50;

export type Step = () => Promise<unknown>;

/**
 * Runs steps that the first call would otherwise wait for, one after another, so that a message that arrives meanwhile waits for
 * at most one of them. A step that fails here fails again, and is reported, when it is needed.
 */
export function takeWhenIdle(steps: readonly Step[]): void {
  const timer = setTimeout(async () => {
    for (const step of steps) {
      await step().catch(() => undefined);
      await setImmediate();
    }
  }, STILL_MS);
  timer.unref();
}
