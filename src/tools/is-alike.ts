import { wordsOf } from "../find-by-words.ts";
import { nearestName } from "../nearest.ts";

/**
 * Whether one of two names could be meant for the other: it has all words of the other, or all but a typo in each. A word that both
 * have among others is not enough.
 */
export function isAlike(name: string, other: string): boolean {
  const [fewer = [], more = []] = [wordsOf(name), wordsOf(other)].sort((a, b) => a.length - b.length);
  if (fewer.length === 0) return false;
  if (fewer.every((word) => more.includes(word) || nearestName(word, more) !== undefined)) return true;
  // A blank more or less.
  return fewer.length < more.length && nearestName(name, [other]) !== undefined;
}
