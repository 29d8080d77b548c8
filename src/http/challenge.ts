/** What `WWW-Authenticate` tells a refused caller (RFC 6750, RFC 9728). */
export interface Challenge {
  /** Absent if the caller sent no token at all. */
  readonly error?: "invalid_token" | "insufficient_scope";
  /** Fixed text of our own, never anything the caller sent. */
  readonly description?: string | undefined;
  /** All scopes that a token needs, not only the missing ones. */
  readonly scopes?: readonly string[] | undefined;
  /** URL of the metadata that names the authorization server. */
  readonly metadataUrl?: string | undefined;
}

/** The value of `WWW-Authenticate`. */
export function formatChallenge({ error, description, scopes, metadataUrl }: Challenge): string {
  const parts = Object.entries({
    realm: "c1-admin-mcp",
    error,
    error_description: description,
    scope: scopes?.join(" "),
    resource_metadata: metadataUrl,
  });
  const given = parts.flatMap(([name, value]) => (value === undefined ? [] : [`${name}="${value}"`]));
  return `Bearer ${given.join(", ")}`;
}
