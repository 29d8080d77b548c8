import { type Clock, readSteady } from "../clock.ts";
import type { UseKind } from "./port.ts";

/** What was used in this process, for as long as it could be presented again. */
export interface Used {
  /** False if it was used before. */
  use(kind: UseKind, id: string, ttlMs: number): boolean;
  has(kind: UseKind, id: string): boolean;
}

export function createUsed(clock: Clock): Used {
  /**
   * When each is forgotten, by either clock, and so by the later one: what is presented again says by the machine's clock how long
   * it is valid, and that clock may be set forward and back.
   */
  const used = new Map<string, { readonly now: number; readonly steady: number }>();
  const forgetExpired = () => {
    const [now, steady] = [clock.now(), readSteady(clock)];
    for (const [old, until] of used) if (until.now <= now && until.steady <= steady) used.delete(old);
  };
  return {
    use(kind, id, ttlMs) {
      forgetExpired();
      const key = `${kind} ${id}`;
      if (used.has(key)) return false;
      used.set(key, { now: clock.now() + ttlMs, steady: readSteady(clock) + ttlMs });
      return true;
    },
    has(kind, id) {
      forgetExpired();
      return used.has(`${kind} ${id}`);
    },
  };
}
