import { Failure } from "../errors.ts";
import { cleanText, quoteForeign } from "../text.ts";
import type { Reading } from "./read-all.ts";

const MAX_CANDIDATES = 5;

/** Up to five candidates, each with what distinguishes it from the others. */
export function listCandidates(candidates: readonly string[]): string {
  const shown = candidates.slice(0, MAX_CANDIDATES).map((candidate) => cleanText(candidate));
  return shown.join("; ") + (candidates.length > MAX_CANDIDATES ? "; and more" : "");
}

/**
 * A name and what distinguishes it from its namesakes, with the id to choose it by.
 * @param texts the tenant's own; quoted, but apart from the name.
 * @param facts in words of ours.
 */
export function describeCandidate(
  id: string,
  name: string,
  texts: readonly (string | undefined)[],
  facts: readonly (string | undefined)[] = [],
): string {
  const known = texts.flatMap((text) => (text ? cleanText(text, 80) : []));
  const about = known.length > 0 ? ` (${quoteForeign(known.join(", "), 80)})` : "";
  return `${[quoteForeign(name, 120) + about, ...facts.filter(Boolean)].join(", ")} [${id}]`;
}

/** The fact of when something was created; undefined if what C1 gave is not a time, and so perhaps a text. */
export function describeCreation(createdAt: string | undefined): string | undefined {
  return createdAt !== undefined && TIME.test(createdAt) ? `created ${createdAt}` : undefined;
}

const TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:Z|[+-]\d{2}:\d{2})$/;

/** Describes a reference for error messages, and whether a single match suffices if there may be others. */
export interface Wanted {
  readonly field: string;
  readonly ref: string;
  /** "more than one app is named". */
  readonly several: string;
  /** Called if the chosen match may not be the only one. Absent before a write, where that must not be risked. */
  readonly settle?: ((note: string) => void) | undefined;
}

/**
 * The only item that a reference matches; undefined if there is none. Throws if several match, or if the list has a gap that
 * could hide another match.
 */
export function takeOnly<T>(
  { items, gap }: Reading<T>,
  { field, ref, several, settle }: Wanted,
  describe: (item: T) => string,
): T | undefined {
  const [only, ...others] = items;
  if (gap !== undefined && settle && only !== undefined && others.length === 0) {
    settle(`${field}: one match in what was read of the list, and there may be others (${gap})`);
    return only;
  }
  if (gap !== undefined) {
    const shown = items.length > 0 ? ` Seen so far: ${listCandidates(items.map(describe))}.` : "";
    const what = `${field}: what answers to ${quoteForeign(ref, 120)} cannot be told, because the list could not be read to its end (${gap}).`;
    throw new Failure("ambiguous_reference", what + shown, { next: "Pass the id of the one that is meant." });
  }
  if (items.length > 1) throw ambiguous(field, several, ref, items.map(describe));
  return items[0];
}

/** @param what "more than one app is named", for the sentence. */
export function ambiguous(field: string, what: string, ref: string, candidates: readonly string[]): Failure {
  const shown = listCandidates(candidates);
  return new Failure("ambiguous_reference", `${field}: ${what} ${quoteForeign(ref, 120)}: ${shown}.`, {
    next: "Ask which one is meant and pass its id.",
  });
}

/**
 * @param what "no app is named", for the sentence.
 * @param shown how what there is relates to the reference.
 */
export function missing(
  field: string,
  what: string,
  ref: string,
  there: readonly string[],
  lookWith: string,
  shown = "Close",
): Failure {
  return new Failure("not_found", `${field}: ${what} ${quoteForeign(ref, 120)}.`, {
    next: there.length > 0 ? `${shown}: ${listCandidates(there)}. Ask which one is meant.` : lookWith,
  });
}
