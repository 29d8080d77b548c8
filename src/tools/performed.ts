import type { Deferred } from "./deferral.ts";

export type Output = Record<string, unknown>;

/** The outcome of a call that did not fail. */
export interface Performed {
  readonly output: Output;
  /** Whether the tenant differs from before; previews and existing objects change nothing. */
  readonly changed: "yes" | "no";
  /**
   * Present if the result describes an object that was found: one that existed before the call, or the one by which a write whose
   * response was lost is known to be done.
   */
  readonly found?: "existing" | "recovered";
  /** The result of the write alone, with its notes, where a wait has completed `output`. A later look starts from it. */
  readonly written?: Output;
  /** Present where the caller takes the end of the result later. */
  readonly deferred?: Deferred;
}
