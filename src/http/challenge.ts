/** What a refused caller is told in `WWW-Authenticate` (RFC 6750, RFC 9728). */
export interface Challenge {
  /** Absent when the caller sent no token at all. */
  readonly error?: "invalid_token" | "insufficient_scope";
  /** Our own fixed words, never anything the caller sent. */
  readonly description?: string | undefined;
  /** All scopes that a token needs, not only those that this one lacks. */
  readonly scopes?: readonly string[] | undefined;
  /** URL of the metadata that names the authorization server for such tokens. */
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
