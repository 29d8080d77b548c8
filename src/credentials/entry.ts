import type { Credential } from "../config/credential.ts";

export const CREDENTIALS_FILE = "C1_MCP_CREDENTIALS_FILE";

/** Whom an entry serves. What an issuer says of a caller counts together with the issuer alone. */
export type Rule =
  | { readonly by: "subject"; readonly issuer: string; readonly subject: string }
  | { readonly by: "client"; readonly issuer: string; readonly client: string }
  | {
      readonly by: "email";
      readonly issuer: string;
      readonly email: string;
      /** Whether an address counts of which the issuer does not say that it is verified. */
      readonly unstated: boolean;
    }
  | { readonly by: "claim"; readonly issuer: string; readonly claim: string; readonly value: string }
  | { readonly by: "token"; readonly place: string };

/** A C1 credential as the file names it: the secret itself stands in a file of its own. */
export interface Named {
  readonly kind: Credential["kind"];
  /** Absent for an access token, which needs none. */
  readonly clientId: string | undefined;
  /** The field of the entry, and the path of the secret's file that it holds. */
  readonly field: "clientSecretFile" | "oidcTokenFile" | "accessTokenFile";
  readonly path: string;
}

/** A C1 credential, and whom it serves. */
export interface Entry {
  /** The operator's own choice: stands in logs, audit records, results and metrics. */
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly credential: Named;
}

/** The whole file: the first entry that serves a caller counts. */
export interface Mapping {
  readonly entries: readonly Entry[];
  /** Serves whom no entry names; without it they are refused. */
  readonly byDefault: Entry | undefined;
}
