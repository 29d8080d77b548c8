import type { Caller } from "../caller.ts";

/** A caller, with what they have been authorised to do. */
export interface AuthorizedCaller extends Caller {
  /** Whether they may call a tool that writes. */
  mayCall(tool: string): boolean;
  /** The answer to a call of one that they may not call. */
  refuse(tool: string): Response;
}
