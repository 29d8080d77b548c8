import { type Call, ID } from "../c1/port.ts";
import type { Failure } from "../errors.ts";
import { missing, takeOnly } from "./candidates.ts";
import type { Run } from "./define.ts";
import { foldName } from "./fold-name.ts";
import { lookUp } from "./look-up.ts";
import type { Reading } from "./read-all.ts";

interface Nameable {
  readonly id: string;
  readonly displayName?: string | undefined;
}

export interface FoundByName<T> {
  /** Those with exactly that name that can be used. */
  readonly named: Reading<T>;
  /** Asked for when there is none: what to suggest. May reject with a Failure that says why those of the name will not do. */
  near(): Promise<readonly T[]>;
}

/** A kind of object that an argument refers to by its id or its exact name, and how to find one. */
export interface ReferenceKind<T extends Nameable> {
  /** What a look-up by id is for, should it be refused: "name". */
  readonly shows: string;
  get(id: string, call: Call): Promise<T>;
  find(name: string): Promise<FoundByName<T>>;
  /** The failure for one that was found and cannot be used. */
  refuse(found: T): Failure | undefined;
  /** One in a list of candidates. */
  describe(found: T): string;
  /** "more than one app is named", for the sentence. */
  readonly several: string;
  /** "no app is named". */
  readonly none: string;
  /** What to do when nothing is near, either. */
  readonly lookWith: string;
}

/**
 * Turns a reference into an id. An id is taken as it is, and what C1 shows of it only matters when that rules it out; a name
 * must belong to exactly one. Rejects with a Failure that names the field.
 * @returns with what C1 shows, where that could be read.
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
  const { named, near } = await kind.find(ref);
  const only = takeOnly(named, { field, ref, several: kind.several, settle }, kind.describe);
  if (only) return { id: only.id, shown: only };
  throw missing(field, kind.none, ref, (await near()).map(kind.describe), kind.lookWith);
}

/** Whether a name is the one that is looked for; case, width and blanks make no difference. */
export function hasName({ displayName = "" }: Nameable, name: string): boolean {
  return foldName(displayName) === foldName(name);
}

export function isLive({ deletedAt }: { readonly deletedAt?: string | undefined }): boolean {
  return deletedAt === undefined;
}
