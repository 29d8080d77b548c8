import type { ServerContext } from "@modelcontextprotocol/server";

/** Who calls: the name that the HTTP front gave, or "local" over stdio. */
export function principalOf(ctx: ServerContext): string {
  return ctx.http?.authInfo?.clientId ?? "local";
}

/** What the client says about itself with each request; the SDK's type for it has no members. */
export function envelopeOf(ctx: ServerContext): Readonly<Record<string, unknown>> {
  return (ctx.mcpReq.envelope ?? {}) as Readonly<Record<string, unknown>>;
}
