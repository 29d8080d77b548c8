import type { UseKind } from "./port.ts";

/** What was used in this process, for as long as it could be presented again. */
export interface Used {
  /** False if it was used before. */
  use(kind: UseKind, id: string, ttlMs: number): boolean;
  has(kind: UseKind, id: string): boolean;
}

export function createUsed(now: () => number): Used {
  const used = new Map<string, number>();
  const forgetExpired = () => {
    for (const [old, expires] of used) if (expires <= now()) used.delete(old);
  };
  return {
    use(kind, id, ttlMs) {
      forgetExpired();
      const key = `${kind} ${id}`;
      if (used.has(key)) return false;
      used.set(key, now() + ttlMs);
      return true;
    },
    has(kind, id) {
      forgetExpired();
      return used.has(`${kind} ${id}`);
    },
  };
}
