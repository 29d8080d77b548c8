/** Who calls, by a name that nobody else can have and that may stand in logs, and what they may do. */
export interface Caller {
  readonly name: string;
  readonly scopes: readonly string[];
}

/** The token is no good, in words of ours that the caller may read. */
export class BadToken extends Error {}

/** Nobody can tell whether the token is any good, because the authorization server does not answer. */
export class CannotVerify extends Error {}
