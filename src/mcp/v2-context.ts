import {
  CLIENT_CAPABILITIES_META_KEY,
  MissingRequiredClientCapabilityError,
  type ServerContext,
} from "@modelcontextprotocol/server";
import type { Caller } from "../caller.ts";
import { TASKS } from "./prepared.ts";

/** The caller verified by the HTTP front; undefined over stdio and without authentication. */
export function callerOf(ctx: ServerContext): Caller | undefined {
  return ctx.http?.authInfo?.extra?.caller as Caller | undefined;
}

/** The caller's name from the HTTP front, or "local" over stdio. */
export function principalOf(ctx: ServerContext): string {
  return callerOf(ctx)?.name ?? "local";
}

/** What the client says about itself with each request; the SDK's type for it has no members. */
export function envelopeOf(ctx: ServerContext): Readonly<Record<string, unknown>> {
  return (ctx.mcpReq.envelope ?? {}) as Readonly<Record<string, unknown>>;
}

/** Whether the client takes the rest of a call later. Declared with each request, and valid for that request only. */
export function saysTasks(ctx: ServerContext): boolean {
  return declaresTasks(envelopeOf(ctx)[CLIENT_CAPABILITIES_META_KEY] ?? {});
}

/** The same by the capabilities that a request declares. */
export function declaresTasks({ extensions }: { readonly extensions?: unknown }): boolean {
  return typeof extensions === "object" && extensions !== null && Object.hasOwn(extensions, TASKS);
}

/** The error for whatever only a client with the extension may ask for. */
export function missTasks(): MissingRequiredClientCapabilityError {
  return new MissingRequiredClientCapabilityError({ requiredCapabilities: { extensions: { [TASKS]: {} } } });
}

/** Duplicates `canVisit`: importing that would be one more file to read at every start. */
export function saysUrl(ctx: ServerContext): boolean {
  const { elicitation } = (envelopeOf(ctx)[CLIENT_CAPABILITIES_META_KEY] ?? {}) as { elicitation?: object };
  return typeof elicitation === "object" && elicitation !== null && "url" in elicitation;
}
