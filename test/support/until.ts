import { setTimeout as pause } from "node:timers/promises";

/** Less than a test may take, and enough for a server that starts on a busy machine. */
const GIVE_UP_MS = 45_000;

/** Waits in real time until a condition holds. The error at the time limit says what was awaited. */
export async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + GIVE_UP_MS;
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error(`never came about: ${what}`);
    await pause(5);
  }
}
