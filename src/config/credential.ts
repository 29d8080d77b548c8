/**
 * Reads a secret's current value: from memory, or from a file that is read again when it changes. Rejects with a Failure that
 * names the variable: `not_configured` if the file cannot be read, `unavailable` if reading it hangs.
 */
export type Secret = () => Promise<string>;

/** How the server authenticates to C1, in order of precedence. */
export type Credential =
  | { readonly kind: "access_token"; readonly token: Secret }
  | { readonly kind: "token_exchange"; readonly clientId: string; readonly subjectToken: Secret }
  | { readonly kind: "client_credentials"; readonly clientId: string; readonly clientSecret: Secret };
