import { ID, type User } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import { cleanText, quoteForeign } from "../text.ts";
import { describeCandidate, missing, takeOnly } from "./candidates.ts";
import { isCloseAddress, localPart } from "./is-close-address.ts";
import type { Run } from "./job.ts";
import { lookUp } from "./look-up.ts";
import type { Named } from "./named.ts";
import { readAll, uniteById } from "./read-all.ts";
import { settleAll } from "./settle-all.ts";

/** A person whom a write affects. */
export interface Person extends Named {
  /** Name and e-mail if known, else the id. */
  readonly label: string;
}

/**
 * Resolves user ids and e-mail addresses to people, all at once. An id is accepted as it is, and C1's record matters only if it
 * says disabled or deleted; an address must belong to exactly one live person.
 * @param field the argument that contains them, for error messages.
 */
export async function resolvePeople(field: string, refs: readonly string[], run: Run): Promise<Person[]> {
  const people = await settleAll(
    refs.map(async (ref, index) => {
      const at = refs.length > 1 ? `${field}.${index}` : field;
      const user = ID.test(ref) ? await checkUser(field, at, ref, run) : await findByEmail(at, ref, run);
      refuseInactive(at, user);
      return { id: user.id, label: describeUser(user), name: user.displayName, email: user.email };
    }),
  );
  return people.filter(({ id }, index) => people.findIndex((other) => other.id === id) === index);
}

async function checkUser(field: string, at: string, id: string, run: Run): Promise<User> {
  const user = await lookUp(`${field}: status`, run, (call) => run.api.users.get(id, call), at);
  if (user === undefined) return { id };
  if (user.id !== id || user.status === undefined) run.unchecked.push(`${field}: status (not shown)`);
  return { ...user, id };
}

async function findByEmail(field: string, email: string, run: Run): Promise<User> {
  try {
    return await searchByEmail(field, email, run);
  } catch (error) {
    // Refused, or no such operation: nothing is known about the person, so only an id can proceed.
    if (!(error instanceof Failure) || (error.status !== 403 && error.status !== 404)) throw error;
    throw error.with({
      what: `${field}: C1 does not let this credential search people (HTTP ${error.status}).`,
      next: "Pass the person's user id, or ask a C1 administrator for a role that may see people.",
    });
  }
}

async function searchByEmail(field: string, email: string, run: Run): Promise<User> {
  const { items: exact, ...rest } = uniteById(
    await readAll((page) => run.api.users.search({ email }, page, run.call), {
      clock: run.clock,
      deadline: run.call.deadline,
    }),
  );
  // The search by address is exact, perhaps even in case; the fuzzy search finds the rest and near misses.
  const near =
    exact.length > 0 ? [] : (await run.api.users.search({ query: email }, { pageSize: 10 }, run.call)).items;
  const matches = [...exact, ...near].filter((user) => hasEmail(user, email));
  const live = matches.filter((user) => !isDeleted(user));
  const several = "more than one person has the address";
  const only = takeOnly({ ...rest, items: live }, { field, ref: email, several }, describe);
  if (only) return only;
  const [gone] = matches;
  if (gone) return gone;
  const close = near.filter((user) => isCloseAddress(email, user));
  const others = (close.length > 0 ? close : await searchByLocalPart(email, run))
    .filter((user) => !isDeleted(user))
    .map(describe);
  throw missing(field, "nobody has the address", email, others, "Look for the person with find_users.");
}

/**
 * For "jane.do@acme.example", searches for people with a name like "jane do". For "janedoe", which nobody is called, for those
 * whose address begins like that and differs by a dot or a typo.
 */
async function searchByLocalPart(email: string, run: Run): Promise<readonly User[]> {
  const query = localPart(email)
    .replace(/[._+-]+/g, " ")
    .trim();
  if (query === "") return [];
  const search = async (query: string, pageSize: number) =>
    (await run.api.users.search({ query }, { pageSize }, run.call)).items.filter((user) =>
      isCloseAddress(email, user),
    );
  const found = await search(query, 10);
  if (found.length > 0 || query.length <= BEGINNING) return found;
  return search(query.slice(0, BEGINNING), 50);
}

/** How many first letters of a name are searched for: typos seldom affect them. */
const BEGINNING = 3;

function refuseInactive(field: string, user: User): void {
  if (!isDeleted(user) && user.status !== "DISABLED") return;
  const state = isDeleted(user) ? "deleted" : "disabled";
  throw new Failure(
    "invalid_arguments",
    `${field}: ${describeUser(user)} is ${state} in C1 and cannot be given anything.`,
    {
      next: "Choose an active person.",
    },
  );
}

function isDeleted(user: User): boolean {
  return user.status === "DELETED" || user.deletedAt !== undefined;
}

/** Whether a person has an address. The case of plain letters does not matter; a look-alike letter is a different one. */
export function hasEmail(user: User, email: string): boolean {
  const wanted = lowerPlain(email);
  return [user.email, ...(user.emails ?? [])].some((address) => lowerPlain(address ?? "") === wanted);
}

function lowerPlain(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

function describe(user: User): string {
  return describeCandidate(user.id, nameUser(user), [user.jobTitle, user.department, user.status]);
}

/** "Jane Doe (jane@acme.example)", or as much of it as is known, for use outside of our own sentences. */
export function nameUser(user: User): string {
  const label =
    user.displayName && user.email
      ? `${user.displayName} (${user.email})`
      : (user.displayName ?? user.email ?? user.id);
  return cleanText(label, 120) || user.id;
}

/** Same as `nameUser` for use inside a sentence: in quotation marks, except for an id. */
export function describeUser(user: User): string {
  const name = nameUser(user);
  return name === user.id ? name : quoteForeign(name, 120);
}

/** Few enough for a sentence. */
const MAX_NAMED = 3;

/** People in a sentence: a few names, and the number of others, because ids mean nothing to a reader. */
export function labels(people: readonly Person[]): string {
  const named = people.filter(({ id, label }) => label !== id).slice(0, MAX_NAMED);
  const rest = people.length - named.length;
  const others = named.length > 0 ? `${rest} more` : `${rest} ${rest === 1 ? "person" : "people"} by id`;
  return [...named.map(({ label }) => label), ...(rest > 0 ? [others] : [])].join(", ");
}
