/** Something that the person has said: a quoted name, an e-mail address or an id. */
export interface Said {
  readonly text: string;
  /** The words immediately before and after it, in lower case: `the app "Acme Wiki"` calls it an app. */
  readonly around: readonly string[];
}

const EMAIL = /[\w.+'-]+@[\w.-]+\.\w+/g;
const ID = /\b[A-Za-z0-9]{27}\b/g;
const QUOTED = /"([^"]+)"/g;

/** Lists possible arguments in a person's words, in their order. */
export function listSaid(words: string): Said[] {
  const found = [QUOTED, EMAIL, ID].flatMap((pattern) =>
    [...words.matchAll(pattern)].map((match) => ({
      index: match.index,
      end: match.index + match[0].length,
      text: match[1] ?? match[0],
    })),
  );
  return found
    .sort((a, b) => a.index - b.index)
    .filter(({ text }, place) => found.findIndex((other) => other.text === text) === place)
    .map(({ index, end, text }) => ({
      text,
      around: [...wordsOf(words.slice(0, index)).slice(-2), ...wordsOf(words.slice(end)).slice(0, 1)],
    }));
}

/** Whether the person has said a text, ignoring case. */
export function hasSaid(words: string, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return (
    wanted !== "" &&
    ` ${words.toLowerCase()} `.search(
      new RegExp(`(?<![\\p{L}\\p{N}])${escapePattern(wanted)}(?![\\p{L}\\p{N}])`, "u"),
    ) !== -1
  );
}

/** An argument in people's words. */
export interface SaidField {
  /** Words for it, as one text. */
  readonly nouns: string;
  readonly wantsEmail: boolean;
}

/**
 * Finds the person's words that fit an argument: those that name it ("app" for `appId`), otherwise the only ones that no argument
 * has yet. E-mail addresses fit arguments that take addresses, and names fit the others.
 * @param taken all texts in the arguments.
 */
export function findSaid(
  words: string,
  { nouns, wantsEmail }: SaidField,
  taken: readonly string[],
): string | undefined {
  const free = listSaid(words).filter(
    ({ text }) => text.includes("@") === wantsEmail && !taken.includes(text),
  );
  const own = wordsOf(nouns.replace(/([a-z])([A-Z])/g, "$1 $2")).filter((word) => word !== "id");
  const called = free.filter(({ around }) => around.some((word) => own.includes(word)));
  const [only] = called.length > 0 ? called : free;
  return (called.length > 0 ? called : free).length === 1 ? only?.text : undefined;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

function escapePattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
