import { setTimeout as pause } from "node:timers/promises";

/** Waits until a condition holds. The error at the time limit says what was awaited. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
  timeoutMs = 10_000,
): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error(`never came about: ${what}`);
    await pause(5);
  }
}
