import type { ToolContext } from "./define.ts";
import type { ToolResult } from "./job.ts";
import type { Rest } from "./later.ts";

/** How a rest stands, with all that is known of it. */
export type Standing = { readonly rest: Rest } & (
  | { readonly result: ToolResult }
  | {
      /** What is waited for, for a person. */
      readonly working: string;
      /** C1 asked for a pause. */
      readonly retryAfterSeconds?: number | undefined;
    }
);

/** The rests of calls. */
export interface Rests {
  readonly tenant: string;
  /** Whether the tool is on offer. */
  serves(rest: Rest): boolean;
  /** Polls C1 once; after the end of the wait, returns a result in any case. */
  look(rest: Rest, context: ToolContext): Promise<Standing>;
}
