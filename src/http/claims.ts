import { createHash } from "node:crypto";
import type { JWTPayload } from "jose";
import { cleanText } from "../text.ts";
import { BadToken, type Caller } from "./caller.ts";

const MAX_NAME_LENGTH = 128;

/** Names that the server itself gives; a subject of that name must not pass for them. */
const OWN_NAME = /^(?:local|token-\d+)$/;

/** Who a verified token speaks for. */
export function readCaller(claims: JWTPayload): Caller {
  const { sub, client_id, azp } = claims;
  const subject = [sub, client_id, azp].find((name) => typeof name === "string" && name.trim() !== "");
  if (typeof subject !== "string") throw new BadToken("The token does not say whom it stands for");
  return { name: nameOf(subject), scopes: [...readScopes(claims.scope), ...readScopes(claims.scp)] };
}

/** Fit for logs, and still another name for each other subject: limits and consents are kept by it. */
function nameOf(subject: string): string {
  const clean = cleanText(subject, MAX_NAME_LENGTH);
  if (clean === subject && !OWN_NAME.test(clean)) return clean;
  return `${clean}#${createHash("sha256").update(subject).digest("hex").slice(0, 16)}`;
}

/** Servers disagree on the form: one text with spaces, or a list. */
function readScopes(claim: unknown): string[] {
  if (typeof claim === "string") return claim.split(" ").filter(Boolean);
  return Array.isArray(claim) ? claim.filter((scope): scope is string => typeof scope === "string") : [];
}
