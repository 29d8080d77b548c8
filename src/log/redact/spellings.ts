import { misreadEscapes } from "./unescape.ts";

/** One way in which a secret can be written. */
export interface Spelling {
  readonly text: string;
  /** Long enough to be recognised whatever its case. */
  readonly anyCase: boolean;
  /** The secret is a word such as "connector" or "not_found". */
  readonly isWord: boolean;
  /** For encodings: directly following characters of this alphabet belong to the match. */
  readonly alphabet?: "base64" | "hex";
}

/** Shorter secrets are matched case-sensitively and not inside ids, where they could occur by chance. */
export const DISTINCT_LENGTH = 16;

/** The encoding of fewer bytes is so short that it could occur anywhere. */
const MIN_ENCODED_BYTES = 8;

/** The beginning of an encoding suffices to find it, and saves memory. A multiple of three, which needs no padding. */
const ENCODED_BYTES = 48;

/** Each line of a secret is masked separately, because PEM keys are quoted line by line; an 8,192-bit key has a hundred lines. */
const MAX_LINES = 1_000;

/** A word, or several in snake_case, CAPITALS or camelCase, each no longer than ordinary words are. */
const WORD =
  /^(?:[a-z]{1,15}(?:_[a-z]{1,15})*|[A-Z]{1,15}(?:_[A-Z]{1,15})*|[a-z]{1,15}(?:[A-Z][a-z]{1,14})+|(?:[A-Z][a-z]{1,14})+)$/;

/** The ways to write a secret in plain text, JSON, a URL, a form body, base64 or hex, and the same for each of its lines. */
export function spell(secret: string, minLength: number): Spelling[] {
  const wholes = [secret, secret.trim()];
  const lines = secret.split(/\r?\n/, MAX_LINES).map((line) => line.trim());
  const written = [...wholes.flatMap(write), ...lines];
  const spellings = [
    ...[...new Set(written)].filter((text) => text.length >= minLength).map(plain),
    ...[...new Set(wholes)].flatMap(encode),
  ];
  return [...new Map(spellings.map((spelling) => [spellingKey(spelling), spelling])).values()];
}

/** Spellings with the same key are identical. */
export function spellingKey({ text, alphabet }: Spelling): string {
  return `${alphabet ?? ""} ${text}`;
}

/** Other escapes are undone before the search. These are so common that they must be found whatever surrounds them. */
function write(value: string): string[] {
  if (/^[\w.-]*$/.test(value)) return [value];
  return [
    ...misreadEscapes(value),
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value.toWellFormed()),
    new URLSearchParams([["", value]]).toString().slice(1),
    // For a form body whose other escapes have been undone.
    value.replaceAll(" ", "+"),
  ];
}

function plain(text: string): Spelling {
  return { text, anyCase: text.length >= DISTINCT_LENGTH, isWord: WORD.test(text) };
}

function encode(value: string): Spelling[] {
  // One extra code unit, so that a surrogate pair is cut only after it became bytes.
  const bytes = Buffer.from(value.slice(0, ENCODED_BYTES + 1)).subarray(0, ENCODED_BYTES);
  if (bytes.length < MIN_ENCODED_BYTES) return [];
  const base64 = [0, 1, 2].map((offset) => encodeAt(offset, bytes));
  const texts = new Set(base64.flatMap((text) => [text, text.replaceAll("+", "-").replaceAll("/", "_")]));
  return [
    ...[...texts].map((text) => ({ text, anyCase: false, isWord: false, alphabet: "base64" as const })),
    { text: bytes.toString("hex"), anyCase: true, isWord: false, alphabet: "hex" },
  ];
}

/** The base64 characters that depend on these bytes alone, if this many other bytes precede them in a group of three. */
function encodeAt(offset: number, bytes: Buffer): string {
  const text = Buffer.concat([Buffer.alloc(offset), bytes]).toString("base64");
  return text.slice(Math.ceil((offset * 8) / 6), Math.floor(((offset + bytes.length) * 8) / 6));
}
