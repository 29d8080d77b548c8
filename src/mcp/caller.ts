import type { Caller } from "../caller.ts";

/** A caller of whom it has been decided what they may do. */
export interface AuthorizedCaller extends Caller {
  /** Whether they may call a tool that writes. */
  mayCall(tool: string): boolean;
  /** The answer to a call of one that they may not call. */
  refuse(tool: string): Response;
}
