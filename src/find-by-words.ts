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

/** The words of a name, for comparison: "displayNames" and "display_name" have the same. */
export function wordsOf(name: string): string[] {
  return splitWords(name).map((word) => word.replace(/s$/, ""));
}

/** "display_name", "displayName" and "Display-Name" consist of the same two words. */
export function splitWords(name: string): string[] {
  const words = name
    .slice(0, 100)
    .replace(/(\p{Ll}|\p{N})(\p{Lu})/gu, "$1 $2")
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return words ?? [];
}
