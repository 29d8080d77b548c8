import { stemmer } from "stemmer";

/** A searchable tool. */
export interface Document {
  readonly name: string;
  readonly text: string;
}

/** The usual constants: the weight of repeated words, and the penalty of long texts. */
const K1 = 1.2;
const B = 0.75;

/** Ranks documents by BM25, like clients that search for tools instead of listing them all. Names count twice. */
export function createSearch(documents: readonly Document[]): (query: string) => string[] {
  const indexed = documents.map(({ name, text }) => ({ name, words: wordsOf(`${name} ${name} ${text}`) }));
  const mean = indexed.reduce((sum, { words }) => sum + words.length, 0) / indexed.length;
  const holding = (word: string) => indexed.filter(({ words }) => words.includes(word)).length;
  return (query) => {
    const wanted = [...new Set(wordsOf(query))].map((word) => {
      const count = holding(word);
      return { word, weight: Math.log(1 + (indexed.length - count + 0.5) / (count + 0.5)) };
    });
    const scoreOf = (words: readonly string[]) =>
      wanted.reduce((sum, { word, weight }) => {
        const times = words.filter((own) => own === word).length;
        return sum + (weight * times * (K1 + 1)) / (times + K1 * (1 - B + (B * words.length) / mean));
      }, 0);
    return indexed
      .map(({ name, words }) => ({ name, score: scoreOf(words) }))
      .filter(({ score }) => score > 0)
      .sort((a, b) => b.score - a.score || a.name.localeCompare(b.name))
      .map(({ name }) => name);
  };
}

/** Splits a text into words without their endings: "connectors" and "connecting" become "connector" and "connect". */
function wordsOf(text: string): string[] {
  const words = (text.match(/[\p{L}\p{N}]+/gu) ?? []).flatMap((word) => {
    const parts = word.replace(/([a-z])([A-Z])/g, "$1 $2").split(" ");
    return parts.length > 1 ? [word, ...parts] : parts;
  });
  return words
    .map((word) => word.toLowerCase())
    .filter((word) => !STOP.has(word))
    .map(stemmer);
}

const STOP: ReadonlySet<string> = new Set(
  "a an and are as at be by can could do does for from get give have her him his i if in into is it its me my need of on or our please she so that the their them there they this to up us want was we what when where which who will with would you your".split(
    " ",
  ),
);
