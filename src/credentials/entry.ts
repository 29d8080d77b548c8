import type { Credential } from "../config/credential.ts";

export const CREDENTIALS_FILE = "C1_MCP_CREDENTIALS_FILE";

/** The callers that an entry serves. What an issuer says about a caller counts only together with that issuer. */
export type Rule =
  | { readonly by: "subject"; readonly issuer: string; readonly subject: string }
  | { readonly by: "client"; readonly issuer: string; readonly client: string }
  | {
      readonly by: "email";
      readonly issuer: string;
      readonly email: string;
      /** Whether an address also counts if the issuer does not say whether it is verified. */
      readonly unstated: boolean;
    }
  | { readonly by: "claim"; readonly issuer: string; readonly claim: string; readonly value: string }
  | { readonly by: "token"; readonly place: string };

/** A C1 credential as the file describes it; the secret itself is in a file of its own. */
export interface DescribedCredential {
  readonly kind: Credential["kind"];
  /** Absent for an access token, which needs no client id. */
  readonly clientId: string | undefined;
  /** The entry's field for the secret, and the file path in it. */
  readonly field: "clientSecretFile" | "oidcTokenFile" | "accessTokenFile";
  readonly path: string;
}

/** A C1 credential and the callers that it serves. */
export interface CredentialEntry {
  /** Chosen by the operator; appears in logs, audit records, results and metrics. */
  readonly name: string;
  readonly rules: readonly Rule[];
  readonly credential: DescribedCredential;
}

/** The whole file. The first entry that matches a caller counts. */
export interface Mapping {
  readonly entries: readonly CredentialEntry[];
  /** Serves callers whom no entry matches; without it they are refused. */
  readonly byDefault: CredentialEntry | undefined;
}
