import type { Logger } from "../log/logger.ts";

/** Whether the store can be used; changes are logged. */
export interface StoreState {
  /** Resolves when it is known for the first time. */
  readonly known: Promise<void>;
  readonly isUp: boolean;
  set(state: "up" | "down", reason?: string): void;
}

/** @param meanwhile what happens while it does not respond, for the log. */
export function createStoreState(logger: Logger, meanwhile: string): StoreState {
  let state: "up" | "down" | undefined;
  /** Reasons for this outage, each of which is logged once. */
  const reasons = new Set<string | undefined>();
  let tell = () => {};
  const known = new Promise<void>((resolve) => {
    tell = resolve;
  });
  return {
    known,
    get isUp() {
      return state === "up";
    },
    set(next, reason) {
      if (next === "down" && !reasons.has(reason)) {
        reasons.add(reason);
        logger.error({ reason }, `The shared store cannot be used. ${meanwhile}`);
      }
      if (next === state) return;
      if (next === "up") reasons.clear();
      if (state === "down") logger.info("The shared store can be used again.");
      state = next;
      tell();
    },
  };
}
