/**
 * Reads a secret's present value: from memory, or from a file that is read again when it changes.
 * Rejects with a `not_configured` Failure that names the variable when the file cannot be read.
 */
export type Secret = () => Promise<string>;

/** How the server proves itself to C1. Order of precedence: as listed. */
export type Credential =
  | { readonly kind: "access_token"; readonly token: Secret }
  | { readonly kind: "token_exchange"; readonly clientId: string; readonly subjectToken: Secret }
  | { readonly kind: "client_credentials"; readonly clientId: string; readonly clientSecret: Secret };
