import type { Effect } from "./define.ts";

export interface Annotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

/**
 * All four hints, because clients assume the worst about a missing one. Nothing here deletes; only a config is replaced; adding
 * an owner twice has the same effect as once; every call reaches the same closed system.
 */
export function annotationsOf(effect: Effect): Annotations {
  return {
    readOnlyHint: effect === "read",
    destructiveHint: effect === "replace",
    idempotentHint: effect !== "create",
    openWorldHint: false,
  };
}
