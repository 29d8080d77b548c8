import { createHash } from "node:crypto";
import type { JWTPayload } from "jose";
import type { Caller } from "../mcp/caller.ts";
import { cleanText } from "../text.ts";
import { BadToken } from "./token-errors.ts";

const MAX_NAME_LENGTH = 128;

/** The end of a name that was altered; no other subject may end like it and pass for that one. */
const MARK = /#[0-9a-f]{16}$/;

/** Who a verified token speaks for, and what they may do. */
export function readCaller(claims: JWTPayload): Caller {
  return {
    name: readName(claims),
    scopes: [...readScopes(claims.scope), ...readScopes(claims.scp)],
  };
}

/**
 * `user:` and the subject; or `client:` and the client's id, where the token has no subject or the client for one, as servers
 * give it to a client that speaks for itself. So neither can pass for the other, nor for a name that the server itself gives.
 * A process trusts one issuer: its name need not be part of these.
 */
function readName({ sub, client_id, azp, cid }: JWTPayload): string {
  // Servers disagree on the claim as well.
  const client = [client_id, azp, cid].find(isName);
  const hasSubject = sub !== undefined && (typeof sub !== "string" || isName(sub));
  if (client !== undefined && (!hasSubject || sub === client)) return `client:${makeFit(client)}`;
  if (!isName(sub)) throw new BadToken("The token does not say whom it stands for");
  return `user:${makeFit(sub)}`;
}

function isName(claim: unknown): claim is string {
  return typeof claim === "string" && claim.trim() !== "";
}

/** Fit for logs, and still another name for each other one: limits and consents are kept by it. */
function makeFit(name: string): string {
  const clean = cleanText(name, MAX_NAME_LENGTH);
  if (clean === name && !MARK.test(clean)) return clean;
  return `${clean}#${createHash("sha256").update(name).digest("hex").slice(0, 16)}`;
}

/** Servers disagree on the form: one text with spaces, or a list. */
function readScopes(claim: unknown): string[] {
  if (typeof claim === "string") return claim.split(" ").filter(Boolean);
  return Array.isArray(claim) ? claim.filter((scope): scope is string => typeof scope === "string") : [];
}
