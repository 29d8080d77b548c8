/**
 * Reads a secret's current value: from memory, or from a file that is read again when it changes.
 * Rejects with a Failure that names the variable: `not_configured` when the file cannot be read, `unavailable` when it does not
 * answer.
 */
export type Secret = () => Promise<string>;

/** How the server proves itself to C1. Order of precedence: as listed. */
export type Credential =
  | { readonly kind: "access_token"; readonly token: Secret }
  | { readonly kind: "token_exchange"; readonly clientId: string; readonly subjectToken: Secret }
  | { readonly kind: "client_credentials"; readonly clientId: string; readonly clientSecret: Secret };
