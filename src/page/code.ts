import { createHash, randomInt, timingSafeEqual } from "node:crypto";

/** Neither 0 and O nor 1 and I, which look alike, and no vowels, so that no word comes out. */
const LETTERS = "23456789BCDFGHJKLMNPQRSTVWXZ";

const LENGTH = 6;

/** How often a code may be wrong before the link is closed. */
export const MAX_WRONG_CODES = 5;

/** Shown beside the link, and typed on the page: so that who opens it has seen the assistant that asks. */
export function makeCode(): string {
  return Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join("");
}

/** Takes blanks, dashes and small letters as people type them. */
export function isCode(typed: string, code: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(typed.slice(0, 100).replace(/[\s-]/g, "").toUpperCase()), digest(code));
}
