import type { Caller, Identity } from "../caller.ts";
import type { Entry, Mapping, Rule } from "./entry.ts";

/** The entry whose credential serves a caller: the first that names them, else the default. */
export function findEntry({ entries, byDefault }: Mapping, caller: Caller | undefined): Entry | undefined {
  const identity = caller?.identity;
  const named = identity && entries.find(({ rules }) => rules.some((rule) => matches(rule, identity)));
  return named ?? byDefault;
}

/** Subjects, client ids and claims are compared letter by letter, as their issuer wrote them. */
function matches(rule: Rule, identity: Identity): boolean {
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
 * Addresses are compared without regard to the case of the letters A to Z, and of no others: Unicode's rules would make one
 * address of two, such as those with a "K" and with the Kelvin sign.
 */
function foldAddress(address: string): string {
  return address.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function isVerified(claims: Readonly<Record<string, unknown>>, unstated: boolean): boolean {
  const word = Object.hasOwn(claims, "email_verified") ? claims.email_verified : undefined;
  // Some issuers write it as a text.
  return word === true || word === "true" || (word === undefined && unstated);
}

/** Whether a claim is that text, or a list that has it. A text that lists several is one text: issuers separate in many ways. */
function holds(claims: Readonly<Record<string, unknown>>, name: string, wanted: string): boolean {
  const value = Object.hasOwn(claims, name) ? claims[name] : undefined;
  return value === wanted || (Array.isArray(value) && value.includes(wanted));
}
