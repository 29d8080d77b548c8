import type { Caller } from "../caller.ts";

/** A caller of whom it has been decided what they may do. */
export interface AuthorizedCaller extends Caller {
  /** The answer to a call of a tool that writes, where the caller may only read; undefined where they may write. */
  readonly refuseWrite: (() => Response) | undefined;
}
