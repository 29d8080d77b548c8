import { setImmediate } from "node:timers/promises";

/** How long a client that has its list must be still, in milliseconds: one that calls at once is not kept waiting. */
const STILL_MS = 50;

export type Step = () => Promise<unknown>;

/**
 * Takes steps that a first call would otherwise wait for, one after another, so that a message that comes meanwhile waits
 * for one of them at most. What fails here fails again, and is told, when it is needed.
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
