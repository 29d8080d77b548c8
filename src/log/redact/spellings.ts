import { misreadEscapes } from "./unescape.ts";

/** One way a secret can be written down. */
export interface Spelling {
  readonly text: string;
  /** Long enough to be recognised whatever became of its case. */
  readonly anyCase: boolean;
  /** A secret that is a word like "connector" or "not_found". */
  readonly isWord: boolean;
  /** Of an encoding: what follows in its alphabet belongs to it. */
  readonly alphabet?: "base64" | "hex";
}

/** Shorter texts are compared letter by letter, and an id that holds one stays whole: it could be chance. */
export const DISTINCT_LENGTH = 16;

/** Below this, an encoding is so short that it could stand anywhere. */
const MIN_ENCODED_BYTES = 8;

/** The beginning of an encoding is enough to find it, and costs no memory. A multiple of three: no padding. */
const ENCODED_BYTES = 48;

/** Each line of a secret is masked by itself, because a PEM key is quoted line by line; a key of 8,192 bits has a hundred. */
const MAX_LINES = 1_000;

/** A word, or several in snake_case, CAPITALS or camelCase, each no longer than words are. */
const WORD =
  /^(?:[a-z]{1,15}(?:_[a-z]{1,15})*|[A-Z]{1,15}(?:_[A-Z]{1,15})*|[a-z]{1,15}(?:[A-Z][a-z]{1,14})+|(?:[A-Z][a-z]{1,14})+)$/;

/** A secret as it may stand in plain text, JSON, a URL, a form body, base64 or hex, and each of its lines. */
export function spell(secret: string, minLength: number): Spelling[] {
  const wholes = [secret, secret.trim()];
  const lines = secret.split(/\r?\n/, MAX_LINES).map((line) => line.trim());
  const written = [...wholes.flatMap(write), ...lines];
  const spellings = [
    ...[...new Set(written)].filter((text) => text.length >= minLength).map(plain),
    ...[...new Set(wholes)].flatMap(encode),
  ];
  return [...new Map(spellings.map((spelling) => [keyOf(spelling), spelling])).values()];
}

/** Two spellings with one key are the same. */
export function keyOf({ text, alphabet }: Spelling): string {
  return `${alphabet ?? ""} ${text}`;
}

/** Other escapes are undone before the search; these come so often that nothing around them may hide them from it. */
function write(value: string): string[] {
  if (/^[\w.-]*$/.test(value)) return [value];
  return [
    ...misreadEscapes(value),
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value.toWellFormed()),
    new URLSearchParams([["", value]]).toString().slice(1),
    // In a form body whose escapes are undone.
    value.replaceAll(" ", "+"),
  ];
}

function plain(text: string): Spelling {
  return { text, anyCase: text.length >= DISTINCT_LENGTH, isWord: WORD.test(text) };
}

function encode(value: string): Spelling[] {
  // One more, so that a pair of halves is cut after it became bytes.
  const bytes = Buffer.from(value.slice(0, ENCODED_BYTES + 1)).subarray(0, ENCODED_BYTES);
  if (bytes.length < MIN_ENCODED_BYTES) return [];
  const base64 = [0, 1, 2].map((offset) => encodeAt(offset, bytes));
  const texts = new Set(base64.flatMap((text) => [text, text.replaceAll("+", "-").replaceAll("/", "_")]));
  return [
    ...[...texts].map((text) => ({ text, anyCase: false, isWord: false, alphabet: "base64" as const })),
    { text: bytes.toString("hex"), anyCase: true, isWord: false, alphabet: "hex" },
  ];
}

/** The characters of base64 that depend on the bytes alone, when so many others stand before them in a group of three. */
function encodeAt(offset: number, bytes: Buffer): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}
