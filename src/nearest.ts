/** The candidate most like `word`, or undefined if none is close enough to be a likely typo. */
export function nearestName(word: string, candidates: Iterable<string>): string | undefined {
  const wanted = foldWord(word.slice(0, 100));
  let best: { name: string; distance: number } | undefined;
  for (const name of candidates) {
    const allowed = Math.max(1, Math.floor(Math.min(wanted.length, name.length) / 3));
    const own = foldWord(name);
    // Each letter more or less is one change. A candidate can be megabytes long, if it comes from the tenant.
    if (Math.abs(own.length - wanted.length) > allowed) continue;
    const distance = editDistance(wanted, own);
    if (distance <= allowed && (best === undefined || distance < best.distance)) best = { name, distance };
  }
  return best?.name;
}

/**
 * The names that an unknown word was probably meant for: those of which one begins with the other ("claude" may be two of them),
 * else the nearest one.
 */
export function guessMeant(word: string, names: readonly string[]): string | undefined {
  const small = word.toLowerCase();
  const akin =
    word.length > 2 ? names.filter((name) => name.startsWith(small) || small.startsWith(name)) : [];
  return akin.length > 0 ? akin.join(" or ") : nearestName(word, names);
}

/** The end of a sentence about an unknown word: suggests the name that was probably meant, or is empty. */
export function formatHint(nearest: string | undefined, separator = "; "): string {
  return nearest === undefined ? "" : `${separator}did you mean ${nearest}?`;
}

/** "displayName", "display_name" and "Display-Name" are the same word to a person. */
export function foldWord(word: string): string {
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
