/** Something that the person has said: a name in quotation marks, an address, an id. */
export interface Said {
  readonly text: string;
  /** The words right before and after it, in lower case: "the app "Acme Wiki"" calls it an app. */
  readonly around: readonly string[];
}

const EMAIL = /[\w.+'-]+@[\w.-]+\.\w+/g;
const ID = /\b[A-Za-z0-9]{27}\b/g;
const QUOTED = /"([^"]+)"/g;

/** What a person's words hold that can be an argument, in the order said. */
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

/** Whether the person has said a text, in whatever case. */
export function hasSaid(words: string, text: string): boolean {
  const wanted = text.trim().toLowerCase();
  return (
    wanted !== "" &&
    ` ${words.toLowerCase()} `.search(
      new RegExp(`(?<![\\p{L}\\p{N}])${escapePattern(wanted)}(?![\\p{L}\\p{N}])`, "u"),
    ) !== -1
  );
}

/** An argument as people speak of it. */
export interface SaidField {
  /** Words for it, in a text. */
  readonly nouns: string;
  readonly wantsEmail: boolean;
}

/**
 * What the person has said that an argument can take: what it is called by ("app" for `appId`), else the only thing that no
 * argument has yet. Addresses for arguments that take addresses, and names for the others.
 * @param taken all texts among the arguments.
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
