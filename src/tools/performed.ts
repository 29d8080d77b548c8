import type { Deferred } from "./deferral.ts";

export type Output = Record<string, unknown>;

/** The outcome of a call that did not fail. */
export interface Performed {
  readonly output: Output;
  /** Whether the tenant differs from before; previews and existing objects change nothing. */
  readonly changed: "yes" | "no";
  /** Present where the caller takes the end of the result later. */
  readonly deferred?: Deferred;
}
