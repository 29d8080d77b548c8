/** Words, with the marks on their letters. */
const WORD = /[\p{L}\p{M}]+/gu;

const LATIN = /\p{Script=Latin}/u;

/**
 * Letters that pass for Latin ones: those of alphabets with many such letters, and of the Greek ones those that look the same. A
 * name may well contain a μ or a Δ.
 */
const LOOKS_LATIN =
  /[\p{Script=Cyrillic}\p{Script=Armenian}\p{Script=Cherokee}\p{Script=Coptic}\p{Script=Lisu}ΑΒΕΖΗΙΚΜΝΟΡΤΥΧνορ]/u;

/**
 * What is wrong with a name that has Latin letters and their look-alikes in one word: no language writes so, and people could not
 * tell it from another name. A word wholly in another alphabet is fine.
 */
export function findMixedWord(name: string): string | undefined {
  for (const [word] of name.matchAll(WORD)) {
    const [stranger] = LATIN.test(word) ? (LOOKS_LATIN.exec(word) ?? []) : [];
    if (stranger === undefined) continue;
    const code = stranger.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    return `must not mix alphabets in one word: U+${code} stands among Latin letters and looks like one`;
  }
  return undefined;
}
