import { type Call, ID } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import { wordsOf } from "../find-by-words.ts";
import { missing, takeOnly } from "./candidates.ts";
import { foldName } from "./fold-name.ts";
import { isAlike } from "./is-alike.ts";
import type { Run } from "./job.ts";
import { lookUp } from "./look-up.ts";
import type { Reading } from "./read-all.ts";

interface Nameable {
  readonly id: string;
  readonly displayName?: string | undefined;
}

export interface FoundByName<T> {
  /** The usable objects with exactly that name. */
  readonly named: Reading<T>;
  /** Called if there is none: what there is. May reject with a Failure that explains why objects of that name are unusable. */
  others(): Promise<readonly T[]>;
}

/** A kind of object that an argument refers to by id or exact name, and how to find one. */
export interface ReferenceKind<T extends Nameable> {
  /** What a look-up by id would show, for the note if it is refused: "name". */
  readonly shows: string;
  get(id: string, call: Call): Promise<T>;
  find(name: string): Promise<FoundByName<T>>;
  /** The failure for an object that was found but is unusable. */
  refuse(found: T): Failure | undefined;
  /** Describes an object in a list of candidates. */
  describe(found: T): string;
  /** "more than one app is named", for the sentence. */
  readonly several: string;
  /** "no app is named", for the sentence. */
  readonly none: string;
  /** Whether an object of another name could be meant. */
  couldBe(found: T, name: string): boolean;
  /** "The app has", to list the others if none could be. Absent if they would help nobody. */
  readonly others?: string;
  /** What to do if nothing is near, either. */
  readonly lookWith: string;
}

/**
 * Resolves a reference to an id. An id is accepted as it is, and C1's record matters only if it rules the object out; a name must
 * belong to exactly one object. Rejects with a Failure that names the field.
 * @returns includes what C1 shows, if that could be read.
 */
export async function resolveReference<T extends Nameable>(
  field: string,
  ref: string,
  kind: ReferenceKind<T>,
  run: Run,
): Promise<{ readonly id: string; readonly shown: T | undefined }> {
  if (ID.test(ref)) {
    const shown = await lookUp(`${field}: ${kind.shows}`, run, (call) => kind.get(ref, call), field);
    const refused = shown && kind.refuse(shown);
    if (refused) throw refused;
    return { id: ref, shown };
  }
  const settle = run.isRead ? (note: string) => void run.unchecked.push(note) : undefined;
  const { named, others } = await kind.find(ref);
  const only = takeOnly(named, { field, ref, several: kind.several, settle }, kind.describe);
  if (only) return { id: only.id, shown: only };
  const all = await others();
  const near = all.filter((found) => kind.couldBe(found, ref));
  const areClose = near.length > 0 || kind.others === undefined;
  const there = (areClose ? near : all).map(kind.describe);
  throw missing(field, kind.none, ref, there, kind.lookWith, areClose ? undefined : kind.others);
}

/** Words that people put around a name. */
const AROUND: ReadonlySet<string> = new Set(["the", "our", "app", "application", "connector", "policy"]);

/** Whether an object of this name could be meant. One that has only a few of the words is something else. */
export function isNear({ displayName = "" }: Nameable, name: string): boolean {
  const wanted = wordsOf(name).filter((word) => !AROUND.has(word));
  const isMeant = isAlike(name, displayName) || isAlike(wanted.join(" "), displayName);
  return isMeant && 2 * wordsOf(displayName).length >= wanted.length;
}

/** Whether an object has the given name; case, width and blanks do not matter. */
export function hasName({ displayName = "" }: Nameable, name: string): boolean {
  return foldName(displayName) === foldName(name);
}

/**
 * The failure for an object that C1 still shows although it is deleted.
 * @param kind "app", to advise another one.
 * @param label what to call the object.
 */
export function refuseDeleted(
  field: string,
  kind: string,
  found: { readonly deletedAt?: string | undefined },
  label: string,
): Failure | undefined {
  if (isLive(found)) return undefined;
  return new Failure("invalid_arguments", `${field}: ${label} is deleted.`, {
    next: `Choose another ${kind}.`,
  });
}

export function isLive({ deletedAt }: { readonly deletedAt?: string | undefined }): boolean {
  return deletedAt === undefined;
}
