import type { PendingWait } from "./deferral.ts";
import type { ToolContext } from "./define.ts";
import type { ToolResult } from "./job.ts";

/** How a pending wait stands, with all that is known of it. */
export type WaitState = { readonly pending: PendingWait } & (
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
  serves(pending: PendingWait): boolean;
  /** Polls C1 once; after the end of the wait, returns a result in any case. */
  look(pending: PendingWait, context: ToolContext): Promise<WaitState>;
}
