import { createSecretSearch, type TextSpan } from "./redact/search.ts";
import { spell } from "./redact/spellings.ts";

export const MASK = "***";

/** Shorter secrets are refused at configuration: masking them would punch holes into ordinary text. */
export const MIN_SECRET_LENGTH = 8;

/** Recognisable even if nobody registered them: C1 client secrets, bearer headers and JSON Web Tokens. */
const PATTERNS = [
  /secret-token:[^\s"',}]+/g,
  /\b(?:bearer|dpop)\s+(?=\S*\d)[A-Za-z0-9._~+/=-]{8,}/gi,
  /\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g,
];

/** Masks secrets by value in everything that leaves the process. */
export interface Redactor {
  /** Registers a secret; the returned function unregisters it. A secret that was registered twice must be unregistered twice. */
  add(secret: string): () => void;
  /** Masks every registered secret, and everything that looks like one, in foreign text. */
  redact(text: string): string;
  /**
   * Same for every string inside a JSON value, keys included, as the last safety net. Most of these strings are our own, so a
   * secret that is an ordinary word is not masked (a gap in a well-known sentence would reveal it), nor is an id that happens to
   * contain a short secret.
   */
  redactValue<T>(value: T): T;
}

/** @param minLength shorter values are not masked. */
export function createRedactor(minLength: number = MIN_SECRET_LENGTH): Redactor {
  const search = createSecretSearch();

  function mask(text: string, sparing: boolean): string {
    let result = maskSpans(text, search.find(text, sparing));
    for (const pattern of PATTERNS) result = result.replace(pattern, MASK);
    return result;
  }
  function redactValue(value: unknown): unknown {
    if (typeof value === "string") return mask(value, true);
    if (Array.isArray(value)) return value.map(redactValue);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [mask(key, true), redactValue(item)]),
    );
  }

  return {
    add(secret) {
      const spellings = spell(secret, minLength);
      for (const spelling of spellings) search.add(spelling);
      let known = true;
      return () => {
        if (!known) return;
        known = false;
        for (const spelling of spellings) search.remove(spelling);
      };
    },
    redact: (text) => mask(text, false),
    redactValue: <T>(value: T) => redactValue(value) as T,
  };
}

/** If secrets overlap, everything that any of them covers is masked. */
function maskSpans(text: string, spans: TextSpan[]): string {
  if (spans.length === 0) return text;
  spans.sort(([a], [b]) => a - b);
  let result = "";
  let start = 0;
  let end = 0;
  for (const [from, to] of spans) {
    if (from < end) {
      end = Math.max(end, to);
      continue;
    }
    if (end > start) result += MASK;
    result += text.slice(end, from);
    [start, end] = [from, to];
  }
  return result + MASK + text.slice(end);
}
