const MASK = "***";

/** Texts that were too long end with this; a secret may have been cut in two there. */
const CUT = "…";

/** Shorter values would mask half of every line; no credential of C1 is that short. */
const MIN_SECRET_LENGTH = 4;

/** Spelled alike everywhere: a text can have thousands of such lines. */
const PLAIN = /^[A-Za-z0-9._*-]*$/;

/** Recognisable even when nobody registered them: C1 client secrets, bearer headers and JSON Web Tokens. */
const PATTERNS = [
  /secret-token:[^\s"',}]+/g,
  /\b(?:bearer|dpop)\s+[A-Za-z0-9._~+/=-]{8,}/gi,
  /\beyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]*/g,
];

/** Removes secrets by value from every string that leaves the process. */
export interface Redactor {
  /** Registers a secret; the returned function forgets it again. Registering twice needs forgetting twice. */
  add(secret: string): () => void;
  /** Masks every registered secret and everything that looks like one. */
  redact(text: string): string;
  /** The same for every string inside a JSON value, keys included. Numbers and booleans stay as they are. */
  redactValue<T>(value: T): T;
}

export function createRedactor(): Redactor {
  const uses = new Map<string, number>();
  let sorted: string[] | undefined;

  function change(form: string, by: 1 | -1): void {
    const count = (uses.get(form) ?? 0) + by;
    if (count > 0) uses.set(form, count);
    else uses.delete(form);
    // Sorted when it is needed: a config can bring a thousand values at once.
    sorted = undefined;
  }
  /** A secret that contains another is masked whole. */
  function longestFirst(): string[] {
    sorted ??= [...uses.keys()].sort((a, b) => b.length - a.length);
    return sorted;
  }

  function redact(text: string): string {
    let result = text;
    for (const form of longestFirst()) if (result.includes(form)) result = result.replaceAll(form, MASK);
    if (result.includes(CUT)) for (const form of longestFirst()) result = maskCutOff(result, form);
    for (const pattern of PATTERNS) result = result.replace(pattern, MASK);
    return result;
  }
  function redactValue(value: unknown): unknown {
    if (typeof value === "string") return redact(value);
    if (Array.isArray(value)) return value.map(redactValue);
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [redact(key), redactValue(item)]));
  }

  return {
    add(secret) {
      const forms = spellings(secret);
      for (const form of forms) change(form, 1);
      let known = true;
      return () => {
        if (!known) return;
        known = false;
        for (const form of forms) change(form, -1);
      };
    },
    redact,
    redactValue: <T>(value: T) => redactValue(value) as T,
  };
}

/** Masks what is left of a secret before the mark of a cut. */
function maskCutOff(text: string, secret: string): string {
  const head = secret.slice(0, MIN_SECRET_LENGTH);
  let result = "";
  let done = 0;
  for (let at = text.indexOf(head); at !== -1; at = text.indexOf(head, at + 1)) {
    const end = at + countShared(text, at, secret);
    if (text[end] !== CUT) continue;
    result += text.slice(done, at) + MASK;
    done = end;
    at = end;
  }
  return result + text.slice(done);
}

/** How many characters the text has in common with the secret from a place on. */
function countShared(text: string, at: number, secret: string): number {
  let count = 0;
  while (count < secret.length && text[at + count] === secret[count]) count += 1;
  return count;
}

/** A secret as it may stand in JSON, in a URL or in a form body, and each of its lines (a PEM key is quoted line by line). */
function spellings(secret: string): string[] {
  const values = [secret, secret.trim(), ...secret.split(/\r?\n/).map((line) => line.trim())];
  const forms = values.flatMap((value) =>
    PLAIN.test(value)
      ? [value]
      : [
          value,
          JSON.stringify(value).slice(1, -1),
          encodeURIComponent(value.toWellFormed()),
          new URLSearchParams([["", value]]).toString().slice(1),
        ],
  );
  return [...new Set(forms)].filter((form) => form.length >= MIN_SECRET_LENGTH);
}
