import type { ToolContext } from "./context.ts";
import type { Pending } from "./deferral.ts";
import type { ToolResult } from "./job.ts";

/** The longest that a call can wait for what follows the write, in seconds. */
export const LONGEST_WAIT_SECONDS = 600;

/** How a pending wait stands, with all that is known of it. */
export type WaitState = { readonly pending: Pending } & (
  | { readonly result: ToolResult }
  | {
      /** What is waited for, for a person. */
      readonly working: string;
      /** C1 asked for a pause. */
      readonly retryAfterSeconds?: number | undefined;
    }
);

/** The pending waits of calls. */
export interface PendingWaits {
  readonly tenant: string;
  /** Whether the tool is on offer. */
  serves(pending: Pending): boolean;
  /** Looks once how it stands; after the end of a wait for C1, returns a result in any case. */
  look(pending: Pending, context: ToolContext): Promise<WaitState>;
  /** Called when nobody waits any more. False if the write may still happen: then its outcome can be asked for as before. */
  leave(pending: Pending): Promise<boolean>;
}
