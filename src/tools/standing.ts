import type { ToolContext } from "./define.ts";
import type { ToolResult } from "./job.ts";
import type { Rest } from "./later.ts";

/** How a rest stands. */
export type Standing =
  | { readonly result: ToolResult }
  | {
      /** What is waited for, for a person. */
      readonly working: string;
      /** C1 asked for a pause. */
      readonly retryAfterSeconds?: number | undefined;
    };

/** The rests of calls. */
export interface Rests {
  /** Whether the rest is of this tenant, and of a tool that is on offer. */
  serves(rest: Rest): boolean;
  /** What its wait has come to: one look, and after its end the result in any case. */
  look(rest: Rest, context: ToolContext): Promise<Standing>;
}
