import { SETTINGS } from "../config/schema.ts";

/** How advice refers to the parts of a credential, depending on where they are set. */
export interface Places {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly oidcToken: string;
  /** The same token in a file. */
  readonly oidcTokenFile: string;
  readonly accessToken: string;
}

export const VARIABLES: Places = {
  clientId: SETTINGS.clientId.env,
  clientSecret: SETTINGS.clientSecret.env,
  oidcToken: SETTINGS.oidcToken.env,
  oidcTokenFile: `${SETTINGS.oidcToken.env}_FILE`,
  accessToken: SETTINGS.accessToken.env,
};

/** The fields of an entry of `C1_MCP_CREDENTIALS_FILE`. */
export const FIELDS: Places = {
  clientId: "clientId",
  clientSecret: "clientSecretFile",
  oidcToken: "oidcTokenFile",
  oidcTokenFile: "oidcTokenFile",
  accessToken: "accessTokenFile",
};
