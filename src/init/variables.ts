/** The credential that `init` writes into an entry: the id, and the secret or the file that holds it. */
export const CREDENTIAL_NAMES: readonly [id: string, secret: string, file: string] = [
  "CONDUCTORONE_CLIENT_ID",
  "CONDUCTORONE_CLIENT_SECRET",
  "CONDUCTORONE_CLIENT_SECRET_FILE",
];

/** Credentials that the server prefers to that one. */
export const OTHER_CREDENTIALS: readonly string[] = [
  ...["CONDUCTORONE_ACCESS_TOKEN", "CONDUCTORONE_ACCESS_TOKEN_FILE"],
  ...["CONDUCTORONE_OIDC_TOKEN", "CONDUCTORONE_OIDC_TOKEN_FILE"],
];

/**
 * Codex forwards only a handful of variables, so every variable that the server reads over stdio is listed. A switch such as
 * C1_MCP_READ_ONLY that is set but does not arrive would be worse than one that cannot be set.
 */
export const FORWARDED: readonly string[] = [
  ...CREDENTIAL_NAMES,
  ...OTHER_CREDENTIALS,
  ...["CONDUCTORONE_SERVER_URL", "CONDUCTORONE_TENANT_DOMAIN"],
  ...["C1_MCP_WRITES", "C1_MCP_READ_ONLY", "C1_MCP_TOOLS", "C1_MCP_INLINE_SECRETS", "C1_MCP_SECRETS_DIR"],
  ...["C1_MCP_AUDIT_FILE", "C1_MCP_LOG_LEVEL", "C1_MCP_TIMEOUT_MS", "C1_MCP_STATE_KEY"],
  ...["C1_MCP_PAGE", "C1_MCP_SHARED_URL", "C1_MCP_SHARED_OUTAGE"],
  ...["C1_MCP_SHARED_PASSWORD", "C1_MCP_SHARED_PASSWORD_FILE"],
  ...["C1_MCP_STATE_KEY_FILE", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS"],
];
