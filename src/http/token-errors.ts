/** The token is invalid, for a reason in our own words that the caller may read. */
export class BadToken extends Error {}

/** The token can be neither accepted nor rejected, because the authorization server does not answer. */
export class CannotVerify extends Error {}

/** No static token can be told, because their file cannot be read. */
export class CannotRead extends Error {}
