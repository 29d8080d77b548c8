/** Who calls over HTTP, as the front found out before it passed the request on. */
export interface Caller {
  /** A name that nobody else can have and that may stand in logs. */
  readonly name: string;
  readonly scopes: readonly string[];
}

/** A caller of whom it has been decided what they may do. */
export interface AuthorizedCaller extends Caller {
  /** The answer to a call of a tool that writes, where the caller may only read; undefined where they may write. */
  readonly refuseWrite: (() => Response) | undefined;
}
