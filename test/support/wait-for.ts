import { vi } from "vitest";

/** `vi.waitFor` gives up after a second, which a busy machine can need for one step. This is less than a test may take. */
const GIVE_UP_MS = 45_000;

/** Waits in real time until the assertions hold, and returns their result. */
export function waitFor<T>(check: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(check, { timeout: GIVE_UP_MS, interval: 5 });
}
