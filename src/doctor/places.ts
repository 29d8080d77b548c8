import { SETTINGS } from "../config/schema.ts";

/** What the parts of a credential are called in the place where they are set, for advice. */
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

/** In an entry of `C1_MCP_CREDENTIALS_FILE`. */
export const FIELDS: Places = {
  clientId: "clientId",
  clientSecret: "clientSecretFile",
  oidcToken: "oidcTokenFile",
  oidcTokenFile: "oidcTokenFile",
  accessToken: "accessTokenFile",
};
