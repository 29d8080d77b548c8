import { createHash } from "node:crypto";
import type { JWTPayload } from "jose";
import type { Caller, ClientIdentity, UserIdentity } from "../caller.ts";
import { cleanText } from "../text.ts";
import { escapeText } from "../tools/show-identity.ts";
import { BadToken } from "./token-errors.ts";

const MAX_NAME_LENGTH = 128;

/** The suffix of an altered name. Subjects that end like this are altered too, so that none can pass for another. */
const MARK = /#[0-9a-f]{16}$/;

/**
 * Reads from a verified token who is calling and what they may do. Rejects with `BadToken` if the token does not say.
 * @param issuer the verified issuer of the token.
 */
export function readCaller(issuer: string, claims: JWTPayload): Caller {
  const identity = readIdentity(issuer, claims);
  const id = identity.kind === "user" ? identity.subject : identity.clientId;
  return {
    // A process accepts such tokens from a single issuer, so the name does not have to include it.
    name: `${identity.kind}:${makeFit(id)}`,
    scopes: [...readScopes(claims.scope), ...readScopes(claims.scp)],
    identity,
  };
}

/**
 * Reads the caller from an assertion that was exchanged here. The names have another prefix than those of `readCaller`, because a
 * subject is only meaningful together with its issuer, and this issuer is a different one.
 * @param issuer the issuer of the assertion.
 */
export function readGrantee(
  issuer: string,
  { client, scopes, claims }: { client: string; scopes: readonly string[]; claims: JWTPayload },
): Caller {
  const subject = claims.sub ?? "";
  const identity: UserIdentity = { kind: "user", subject, clientId: client, ...readVouched(issuer, claims) };
  return { name: `federated:${makeFit(subject)}`, scopes, identity };
}

/** What the log says of a refused token: whose it is, and for whom. Its signature must have been verified. */
export function showClaims({ iss, aud, sub, client_id, azp, cid }: JWTPayload) {
  const show = (claim: unknown) => escapeText([claim].flat().filter(isName).join(" ")) || undefined;
  return {
    issuer: show(iss),
    audience: show(aud),
    subject: show(sub),
    clientId: show(client_id ?? azp ?? cid),
  };
}

/**
 * A user, or a client if the token has no subject or names the client as its subject, as authorization servers do when a client
 * acts for itself. Neither can pass for the other.
 */
function readIdentity(issuer: string, claims: JWTPayload): UserIdentity | ClientIdentity {
  const { sub, client_id, azp, cid } = claims;
  // Authorization servers disagree on the claim's name as well.
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

/** Whether the claim is a time in seconds since the epoch that a `Date` can represent. */
function isTime(claim: unknown): claim is number {
  return Number.isSafeInteger(claim) && !Number.isNaN(new Date((claim as number) * 1000).valueOf());
}

function isName(claim: unknown): claim is string {
  return typeof claim === "string" && claim.trim() !== "";
}

/** Makes a name safe for logs. Different names stay different, because limits and consents are keyed by name. */
function makeFit(name: string): string {
  const clean = cleanText(name, MAX_NAME_LENGTH);
  if (clean === name && !MARK.test(clean)) return clean;
  return `${clean}#${createHash("sha256").update(name).digest("hex").slice(0, 16)}`;
}

/** Authorization servers disagree on the form: one space-separated string, or a list. */
function readScopes(claim: unknown): string[] {
  if (typeof claim === "string") return claim.split(" ").filter(Boolean);
  return Array.isArray(claim) ? claim.filter((scope): scope is string => typeof scope === "string") : [];
}
