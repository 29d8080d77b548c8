import type { User } from "../c1/port.ts";
import { foldWord, nearestName } from "../nearest.ts";
import { isAlike } from "./is-alike.ts";

/** The most of a tenant's text that is compared, in characters. */
const MAX_NAME = 200;

/**
 * Whether an address that nobody has could be meant for a person: by what is before its "@", because C1 also finds everybody who
 * has the same domain.
 */
export function isCloseAddress(email: string, user: User): boolean {
  const local = localPart(email);
  const own = [user.email, ...(user.emails ?? [])].map((address) => localPart(address ?? "")).filter(Boolean);
  if (nearestName(local, own) !== undefined) return true;
  const name = (user.displayName ?? "").slice(0, MAX_NAME);
  return isAlike(local, name) || listShortForms(name).includes(foldWord(local));
}

export function localPart(email: string): string {
  return email.slice(0, Math.max(0, email.indexOf("@")));
}

/** "jdoe" and "janed" for Jane Doe. */
function listShortForms(name: string): readonly string[] {
  const words = name.split(/\s+/).map(foldWord).filter(Boolean);
  const [first = "", last = ""] = [words[0], words.at(-1)];
  return [first.slice(0, 1) + last, first + last.slice(0, 1)];
}
