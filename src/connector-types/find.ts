import { nearestName } from "../nearest.ts";
import { familyName, familyOf, newestFirst, TEST_SLUG } from "./family.ts";
import { type ConnectorType, listTypes } from "./table.ts";

export { findType } from "./table.ts";

/** Shorter words are one typo away from half the table. */
const MIN_TYPO_LENGTH = 4;

/** The types that a few words may refer to, best match first; "git hub", "entra" and "oktta" find what they should. */
export function findTypes(query: string, limit: number): ConnectorType[] {
  const wanted = wordsOf(query);
  const ref = query.trim();
  return listTypes()
    .map((type) => ({ type, rank: rankOf(type, ref, wanted) }))
    .filter((hit): hit is { type: ConnectorType; rank: number } => hit.rank !== undefined)
    .sort((a, b) => lastIfRetired(a.type, b.type) || a.rank - b.rank || newestFirst(a.type, b.type))
    .slice(0, limit)
    .map(({ type }) => type);
}

function lastIfRetired(a: ConnectorType, b: ConnectorType): number {
  return Number(a.retired) - Number(b.retired);
}

/** Lower is better; undefined means no match. Versions of one family rank alike, so that the newest comes first. */
function rankOf(type: ConnectorType, ref: string, wanted: readonly string[]): number | undefined {
  if (type.catalogId === ref || type.slug === ref.toLowerCase()) return 0;
  if (type.slug === TEST_SLUG) return undefined;
  const whole = wanted.join("");
  const names = [type.slug, type.name, familyOf(type), familyName(type)].map(squeeze);
  const words = [...new Set([...wordsOf(type.slug), ...wordsOf(type.name)])];
  const every = (test: (word: string, own: string) => boolean) =>
    wanted.every((word) => words.some((own) => test(word, own)));
  if (names.includes(whole)) return 0;
  if (names.some((own) => own.startsWith(whole))) return 1;
  if (every((word, own) => word === own)) return 2;
  if (every((word, own) => own.startsWith(word))) return 3;
  if (whole.length >= 3 && names.some((own) => own.endsWith(whole))) return 4;
  if (isTypo(whole, names) || every((word, own) => word === own || isTypo(word, [own]))) return 5;
  return wanted.some((word) => isTelling(word) && words.includes(word)) ? 6 : undefined;
}

/** Whether a word distinguishes types; "v2" and "of" occur in many names. */
function isTelling(word: string): boolean {
  return word.length > 2 && word !== "cloud";
}

function isTypo(word: string, names: readonly string[]): boolean {
  return word.length >= MIN_TYPO_LENGTH && nearestName(word, names) !== undefined;
}

function wordsOf(text: string): string[] {
  return (
    text
      .slice(0, 200)
      .normalize("NFKC")
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? []
  );
}

function squeeze(text: string): string {
  return wordsOf(text).join("");
}
