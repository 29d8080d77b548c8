import { createHash, randomInt, timingSafeEqual } from "node:crypto";

/** No 0, O, 1 or I, which look alike, and no vowels, so that no words result. */
const LETTERS = "23456789BCDFGHJKLMNPQRSTVWXZ";

const LENGTH = 6;

/** How many wrong codes are allowed before the link is closed. */
export const MAX_WRONG_CODES = 5;

/**
 * A code that is shown beside the link and typed on the page, which proves that whoever opens the page has seen the assistant's
 * request.
 */
export function makeCode(): string {
  return Array.from({ length: LENGTH }, () => LETTERS[randomInt(LETTERS.length)]).join("");
}

/** Accepts blanks, dashes and lower-case letters, as people type them. */
export function isCode(typed: string, code: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(strip(typed).toUpperCase()), digest(code));
}

/** An empty code was forgotten rather than guessed. */
export function isEmptyCode(typed: string): boolean {
  return strip(typed) === "";
}

function strip(typed: string): string {
  return typed.slice(0, 100).replace(/[\s-]/g, "");
}
