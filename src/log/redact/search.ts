import { DISTINCT_LENGTH, type Spelling, spellingKey } from "./spellings.ts";
import { findOrigins, unescapeText } from "./unescape.ts";

/** Part of a text: start inclusive, end exclusive. */
export type TextSpan = readonly [start: number, end: number];

/** Shortened texts end with this; the cut may have split a secret. */
const CUT = "…";
const CUT_CODE = CUT.charCodeAt(0);

/** Length of the prefix that spellings are indexed by, and that suffices before a cut. */
const HEAD = 4;
const HASH_BITS = 16;

/** Text may be escaped twice, such as JSON inside JSON. */
const MAX_ESCAPED = 2;

const ID_LENGTH = 27;

const ALPHABETS = { base64: /[A-Za-z0-9+/=_-]*/y, hex: /[0-9A-Fa-f]*/y };

/** Finds many spellings in one pass over a text; the cost hardly grows with their number. */
export interface SecretSearch {
  add(spelling: Spelling): void;
  remove(spelling: Spelling): void;
  /** Returns their positions, unordered. @param sparing ignores ordinary words and parts of ids. */
  find(text: string, sparing: boolean): TextSpan[];
}

export function createSecretSearch(): SecretSearch {
  const uses = new Map<string, number>();
  const buckets = new Map<number, Spelling[]>();
  // A filter that rules out almost every position without a look-up in the map.
  const begins = new Uint8Array(1 << HASH_BITS);

  function count(spelling: Spelling, by: 1 | -1): number {
    const key = spellingKey(spelling);
    const now = (uses.get(key) ?? 0) + by;
    if (now > 0) uses.set(key, now);
    else uses.delete(key);
    return now;
  }

  function find(text: string, sparing: boolean, depth: number): TextSpan[] {
    if (uses.size === 0) return [];
    const spans = walk(text, sparing);
    const plain = depth < MAX_ESCAPED ? unescapeText(text) : text;
    const inside = plain === text ? [] : find(plain, sparing, depth + 1);
    return inside.length === 0 ? spans : [...spans, ...locate(inside, findOrigins(text))];
  }

  function walk(text: string, sparing: boolean): TextSpan[] {
    const spans: TextSpan[] = [];
    let hash = 0;
    let covered = 0;
    for (let last = 0; last < text.length; last += 1) {
      hash = nextHash(hash, text.charCodeAt(last));
      const start = last - HEAD + 1;
      if (begins[hash] === 0 || start < 0) continue;
      const end = matchLongest(text, start, buckets.get(hash) ?? [], covered, sparing);
      if (end === start) continue;
      spans.push([start, end]);
      covered = end;
    }
    return spans;
  }

  return {
    add(spelling) {
      if (count(spelling, 1) > 1) return;
      const hash = hashOf(spelling.text);
      buckets.set(hash, [...(buckets.get(hash) ?? []), spelling]);
      begins[hash] = 1;
    },
    remove(spelling) {
      if (count(spelling, -1) > 0) return;
      const hash = hashOf(spelling.text);
      const rest = (buckets.get(hash) ?? []).filter((other) => spellingKey(other) !== spellingKey(spelling));
      if (rest.length > 0) buckets.set(hash, rest);
      else {
        buckets.delete(hash);
        begins[hash] = 0;
      }
    },
    find: (text, sparing) => find(text, sparing, 0),
  };
}

/** Maps spans of the unescaped text to the escaped one. */
function locate(spans: readonly TextSpan[], origins: readonly number[]): TextSpan[] {
  return spans.map(([start, last]) => {
    let end = last;
    // All characters of one escape come from one position.
    while (origins[end] === origins[end - 1]) end += 1;
    return [origins[start] ?? 0, origins[end] ?? 0];
  });
}

/** Hash of the last four characters, ignoring case: earlier ones have been shifted out. */
function nextHash(hash: number, code: number): number {
  return ((hash << (HASH_BITS / HEAD)) ^ ((code | 32) * 37)) & ((1 << HASH_BITS) - 1);
}

function hashOf(text: string): number {
  let hash = 0;
  for (let index = 0; index < HEAD; index += 1) hash = nextHash(hash, text.charCodeAt(index));
  return hash;
}

function fold(code: number): number {
  if (code < 128) return code >= 65 && code <= 90 ? code + 32 : code;
  return String.fromCharCode(code).toLowerCase().charCodeAt(0);
}

/** The end of the longest spelling that begins at a position; the position itself if none reaches past `covered`. */
function matchLongest(
  text: string,
  start: number,
  spellings: readonly Spelling[],
  covered: number,
  sparing: boolean,
): number {
  let end = start;
  for (const spelling of spellings) {
    if (sparing && spelling.isWord) continue;
    const found = match(text, start, spelling);
    // Skips what is already covered: a long encoding may repeat itself.
    if (found <= Math.max(end, covered) || (sparing && isPieceOfId(text, start, found))) continue;
    end = spelling.alphabet ? findEnd(text, found, ALPHABETS[spelling.alphabet]) : found;
  }
  return end;
}

/** The end of a spelling that begins at a position, or of its part before a cut; the position itself if it does not match. */
function match(text: string, start: number, { text: wanted, anyCase }: Spelling): number {
  const { length } = wanted;
  let count = 0;
  while (count < length && text.charCodeAt(start + count) === wanted.charCodeAt(count)) count += 1;
  if (count === length) return start + count;
  if (count >= HEAD && text.charCodeAt(start + count) === CUT_CODE) return start + count;
  if (!anyCase) return start;
  while (count < length && fold(text.charCodeAt(start + count)) === fold(wanted.charCodeAt(count)))
    count += 1;
  if (count === length) return start + count;
  return count >= DISTINCT_LENGTH && text.charCodeAt(start + count) === CUT_CODE ? start + count : start;
}

function findEnd(text: string, start: number, alphabet: RegExp): number {
  alphabet.lastIndex = start;
  alphabet.test(text);
  return alphabet.lastIndex;
}

/** Whether a short match is part of an id. */
function isPieceOfId(text: string, start: number, end: number): boolean {
  if (end - start >= DISTINCT_LENGTH) return false;
  const before = /[A-Za-z0-9]*$/.exec(text.slice(Math.max(0, start - ID_LENGTH), start))?.[0] ?? "";
  const after = /^[A-Za-z0-9]*/.exec(text.slice(start, end + ID_LENGTH))?.[0] ?? "";
  return after.length >= end - start && before.length + after.length === ID_LENGTH;
}
