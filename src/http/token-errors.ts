/** The token is invalid, for a reason in our own words that the caller may read. */
export class BadToken extends Error {
  /** For the log alone: whose token it is, and for whom. Absent unless its signature was verified. */
  whose?: Readonly<Record<string, string | undefined>>;
}

/** The token can be neither accepted nor rejected, because the authorization server does not answer. */
export class CannotVerify extends Error {}

/** No static token can be told, because their file cannot be read. */
export class CannotRead extends Error {}
