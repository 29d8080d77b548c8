import { createHash } from "node:crypto";
import type { JWTPayload } from "jose";
import type { Caller, ClientIdentity, UserIdentity } from "../caller.ts";
import { cleanText } from "../text.ts";
import { BadToken } from "./token-errors.ts";

const MAX_NAME_LENGTH = 128;

/** The end of a name that was altered; no other subject may end like it and pass for that one. */
const MARK = /#[0-9a-f]{16}$/;

/**
 * Who a verified token speaks for, and what they may do. Rejects with `BadToken` when it does not say.
 * @param issuer whose token it is, as was verified.
 */
export function readCaller(issuer: string, claims: JWTPayload): Caller {
  const identity = readIdentity(issuer, claims);
  const id = identity.kind === "user" ? identity.subject : identity.clientId;
  return {
    // A process takes such tokens from one issuer: its name need not be part of this.
    name: `${identity.kind}:${makeFit(id)}`,
    scopes: [...readScopes(claims.scope), ...readScopes(claims.scp)],
    identity,
  };
}

/**
 * Who an assertion speaks for that was exchanged here. Their names begin otherwise than those of `readCaller`: a subject means
 * something only together with its issuer, and here that is another one.
 * @param issuer of the assertion.
 */
export function readGrantee(
  issuer: string,
  { client, scopes, claims }: { client: string; scopes: readonly string[]; claims: JWTPayload },
): Caller {
  const subject = claims.sub ?? "";
  const identity: UserIdentity = { kind: "user", subject, clientId: client, ...readVouched(issuer, claims) };
  return { name: `federated:${makeFit(subject)}`, scopes, identity };
}

/**
 * A user; or a client, where the token has no subject or the client for one, as servers give it to a client that speaks for
 * itself. So neither can pass for the other.
 */
function readIdentity(issuer: string, claims: JWTPayload): UserIdentity | ClientIdentity {
  const { sub, client_id, azp, cid } = claims;
  // Servers disagree on the claim as well.
  const client = [client_id, azp, cid].find(isName);
  const hasSubject = sub !== undefined && (typeof sub !== "string" || isName(sub));
  const vouched = readVouched(issuer, claims);
  if (client !== undefined && (!hasSubject || sub === client))
    return { kind: "client", clientId: client, ...vouched };
  if (!isName(sub)) throw new BadToken("The token does not say whom it stands for");
  return { kind: "user", subject: sub, ...(client !== undefined && { clientId: client }), ...vouched };
}

function readVouched(issuer: string, claims: JWTPayload) {
  const { email, email_verified, auth_time } = claims;
  return {
    issuer,
    ...(isName(email) && email_verified !== false && email_verified !== "false" && { email }),
    ...(isTime(auth_time) && { authTime: auth_time }),
    claims: Object.freeze(claims),
  };
}

/** Seconds since the epoch, as far as a date can hold them. */
function isTime(claim: unknown): claim is number {
  return Number.isSafeInteger(claim) && !Number.isNaN(new Date((claim as number) * 1000).valueOf());
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
