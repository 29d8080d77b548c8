import { Failure } from "../errors.ts";
import { cleanText } from "../text.ts";
import type { Reading } from "./read-all.ts";

const MAX_CANDIDATES = 5;

/** Up to five candidates, each with what tells it from the others. */
export function listCandidates(candidates: readonly string[]): string {
  const shown = candidates.slice(0, MAX_CANDIDATES).map((candidate) => cleanText(candidate));
  return shown.join("; ") + (candidates.length > MAX_CANDIDATES ? "; and more" : "");
}

/** A name and the fields that tell it from its namesakes, with the id to choose it by. */
export function describeCandidate(id: string, name: string, ...details: (string | undefined)[]): string {
  const known = details
    .filter((detail) => detail !== undefined && detail !== "")
    .map((detail) => cleanText(detail ?? "", 80));
  return `${cleanText([name, ...known].join(", "), 200)} [${id}]`;
}

/**
 * The only one of those that a reference fits; undefined when none does. Throws when several do, and when the list has a gap
 * that could hide another.
 * @param several "more than one app is named", for the sentence.
 */
export function takeOnly<T>(
  { items, gap }: Reading<T>,
  { field, ref, several }: { readonly field: string; readonly ref: string; readonly several: string },
  describe: (item: T) => string,
): T | undefined {
  if (gap !== undefined) {
    const shown = items.length > 0 ? ` Seen so far: ${listCandidates(items.map(describe))}.` : "";
    const what = `${field}: what answers to "${cleanText(ref, 120)}" cannot be told, because the list could not be read to its end (${gap}).`;
    throw new Failure("ambiguous_reference", what + shown, { next: "Pass the id of the one that is meant." });
  }
  if (items.length > 1) throw ambiguous(field, several, ref, items.map(describe));
  return items[0];
}

/** @param what "more than one app is named", for the sentence. */
export function ambiguous(field: string, what: string, ref: string, candidates: readonly string[]): Failure {
  const shown = listCandidates(candidates);
  return new Failure("ambiguous_reference", `${field}: ${what} "${cleanText(ref, 120)}": ${shown}.`, {
    next: "Ask which one is meant and pass its id.",
  });
}

/** @param what "no app is named", for the sentence. */
export function missing(
  field: string,
  what: string,
  ref: string,
  near: readonly string[],
  lookWith: string,
): Failure {
  return new Failure("not_found", `${field}: ${what} "${cleanText(ref, 120)}".`, {
    next: near.length > 0 ? `Close: ${listCandidates(near)}. Ask which one is meant.` : lookWith,
  });
}
