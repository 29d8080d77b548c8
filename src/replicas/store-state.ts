import type { Logger } from "../log/logger.ts";

/** Whether the store responds; changes are logged. */
export interface StoreState {
  /** Resolves when it is known for the first time. */
  readonly known: Promise<void>;
  readonly isUp: boolean;
  set(state: "up" | "down", reason?: string): void;
}

/** @param meanwhile what happens while it does not respond, for the log. */
export function createStoreState(logger: Logger, meanwhile: string): StoreState {
  let state: "up" | "down" | undefined;
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
      if (next === state) return;
      if (next === "down") logger.error({ reason }, `The shared store does not answer. ${meanwhile}`);
      else if (state === "down") logger.info("The shared store responds again.");
      state = next;
      tell();
    },
  };
}
