/** The candidate most like `word`, or undefined if none is close enough to be a likely typo. */
export function nearestName(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = fold(word.slice(0, 100));
  let best: { name: string; distance: number } | undefined;
  for (const name of candidates) {
    const allowed = Math.max(1, Math.floor(Math.min(wanted.length, name.length) / 3));
    const own = fold(name);
    // Each letter more or less is one change. A candidate can be megabytes long, if it comes from the tenant.
    if (Math.abs(own.length - wanted.length) > allowed) continue;
    const distance = editDistance(wanted, own);
    if (distance <= allowed && (best === undefined || distance < best.distance)) best = { name, distance };
  }
  return best?.name;
}

/**
 * The only candidate that contains all words of a name, in any order: "domain" finds okta_domain. A candidate with no other words
 * wins over longer ones.
 */
export function findByWords(name: string, candidates: readonly string[]): string | undefined {
  const words = wordsOf(name);
  const found = candidates.filter((own) => {
    const theirs = wordsOf(own);
    return words.length > 0 && words.every((word) => theirs.includes(word));
  });
  const same = found.filter((own) => wordsOf(own).length === words.length);
  const [only, ...others] = same.length > 0 ? same : found;
  return others.length === 0 ? only : undefined;
}

/**
 * Whether one of two names could be meant for the other: it has all words of the other, or all but a typo in each. A word that both
 * have among others is not enough.
 */
export function isAlike(name: string, other: string): boolean {
  const [fewer = [], more = []] = [wordsOf(name), wordsOf(other)].sort((a, b) => a.length - b.length);
  const isWithin = fewer.every((word) => more.includes(word) || nearestName(word, more) !== undefined);
  if (fewer.length === 0 || isWithin) return fewer.length > 0;
  // A blank more or less.
  return fewer.length < more.length && nearestName(name, [other]) !== undefined;
}

/** "displayNames" and "display_name" have the same words. */
function wordsOf(name: string): string[] {
  const parts = name
    .slice(0, 100)
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return (parts ?? []).map((word) => word.replace(/s$/, ""));
}

/** The end of a sentence about an unknown word: suggests the name that was probably meant, or is empty. */
export function formatHint(nearest: string | undefined, separator = "; "): string {
  return nearest === undefined ? "" : `${separator}did you mean ${nearest}?`;
}

/** "displayName", "display_name" and "Display-Name" are the same word to a person. */
function fold(word: string): string {
  return word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** Levenshtein distance in which a swap of two neighbours counts as one typo. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const substitution = (last[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      const swap = isSwap ? (beforeLast[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY;
      row.push(Math.min(substitution, (last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, swap));
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? a.length;
}
