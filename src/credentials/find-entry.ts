import type { Caller, CallerIdentity, UserIdentity } from "../caller.ts";
import type { CredentialEntry, Mapping, Rule } from "./entry.ts";

/** The entry whose credential serves a caller: the first that matches them, else the default. */
export function findEntry(
  { entries, byDefault }: Mapping,
  caller: Caller | undefined,
): CredentialEntry | undefined {
  return findNamed(entries, caller?.identity) ?? byDefault;
}

function findNamed(
  entries: readonly CredentialEntry[],
  identity: CallerIdentity | undefined,
): CredentialEntry | undefined {
  return identity && entries.find(({ rules }) => rules.some((rule) => matches(rule, identity)));
}

/** The entry that would serve a caller before any other if their token called their e-mail address verified. */
export function findUnproven(
  { entries }: Pick<Mapping, "entries">,
  caller: Caller | undefined,
): CredentialEntry | undefined {
  const identity = caller?.identity;
  const { email } = identity?.kind === "user" ? identity.claims : {};
  if (identity?.kind !== "user" || typeof email !== "string") return undefined;
  const proven: UserIdentity = { ...identity, email, claims: { ...identity.claims, email_verified: true } };
  const named = findNamed(entries, proven);
  return named === findNamed(entries, identity) ? undefined : named;
}

/** Compares subjects, client ids and claims exactly, as their issuer wrote them. */
function matches(rule: Rule, identity: CallerIdentity): boolean {
  if (rule.by === "token") return identity.kind === "token" && identity.place === rule.place;
  if (identity.kind === "token" || identity.issuer !== rule.issuer) return false;
  switch (rule.by) {
    case "subject":
      return identity.kind === "user" && identity.subject === rule.subject;
    case "client":
      return identity.kind === "client" && identity.clientId === rule.client;
    case "email":
      return (
        identity.kind === "user" &&
        foldAddress(identity.email ?? "") === foldAddress(rule.email) &&
        isVerified(identity.claims, rule.unstated)
      );
    case "claim":
      return holds(identity.claims, rule.claim, rule.value);
  }
}

/**
 * Compares addresses ignoring the case of the letters A to Z only. Unicode's rules would treat different addresses as equal, such
 * as those with a "K" and with the Kelvin sign.
 */
function foldAddress(address: string): string {
  return address.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function isVerified(claims: Readonly<Record<string, unknown>>, unstated: boolean): boolean {
  const word = Object.hasOwn(claims, "email_verified") ? claims.email_verified : undefined;
  // Some issuers write this claim as a string.
  return word === true || word === "true" || (word === undefined && unstated);
}

/**
 * Whether a claim equals the text, or is a list that contains it. A text that lists several values counts as one text, because
 * issuers use different separators.
 */
function holds(claims: Readonly<Record<string, unknown>>, name: string, wanted: string): boolean {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  return value === wanted || (Array.isArray(value) && value.includes(wanted));
}
