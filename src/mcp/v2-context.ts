import { CLIENT_CAPABILITIES_META_KEY, type ServerContext } from "@modelcontextprotocol/server";
import type { Caller } from "../caller.ts";

/** Who calls, as the HTTP front verified it; undefined over stdio and where nobody is asked who they are. */
export function callerOf(ctx: ServerContext): Caller | undefined {
  return ctx.http?.authInfo?.extra?.caller as Caller | undefined;
}

/** Who calls: the name that the HTTP front gave, or "local" over stdio. */
export function principalOf(ctx: ServerContext): string {
  return callerOf(ctx)?.name ?? "local";
}

/** What the client says about itself with each request; the SDK's type for it has no members. */
export function envelopeOf(ctx: ServerContext): Readonly<Record<string, unknown>> {
  return (ctx.mcpReq.envelope ?? {}) as Readonly<Record<string, unknown>>;
}

/** `canVisit` once more: importing that would be one more file to read at every start. */
export function saysUrl(ctx: ServerContext): boolean {
  const { elicitation } = (envelopeOf(ctx)[CLIENT_CAPABILITIES_META_KEY] ?? {}) as { elicitation?: object };
  return typeof elicitation === "object" && elicitation !== null && "url" in elicitation;
}
