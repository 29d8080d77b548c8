import type { Caller } from "../caller.ts";

/** A caller, with what they are authorised to do. */
export interface AuthorizedCaller extends Caller {
  /** Whether they may call a given write tool. */
  mayCall(tool: string): boolean;
  /** The response to a call that they may not make. */
  refuse(tool: string): Response;
}
