/** What a refused caller is told in `WWW-Authenticate` (RFC 6750, RFC 9728). */
export interface Challenge {
  /** Absent when the caller sent no token at all. */
  readonly error?: "invalid_token" | "insufficient_scope";
  /** Fixed words of ours; nothing of what was sent. */
  readonly description?: string | undefined;
  /** Everything a token needs, not only what this one lacks. */
  readonly scopes?: readonly string[] | undefined;
  /** Where to read which authorization server gives such tokens. */
  readonly metadataUrl?: string | undefined;
}

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
