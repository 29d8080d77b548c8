import { promises, readFileSync, statSync } from "node:fs";
import { Failure } from "../errors.ts";
import { MIN_SECRET_LENGTH, type Redactor } from "../log/redact.ts";
import type { Secret } from "./credential.ts";
import { createReadInTime, TooSlow } from "./read-in-time.ts";
import { readSmallFile } from "./small-file.ts";

/** Larger than any token or key; a bigger file is a mistake. */
const MAX_SECRET_BYTES = 64 * 1024;

/** Why a secret is refused; completes a sentence that begins with "it" or with the name of a variable. */
export const TOO_SHORT = `is too short (at least ${MIN_SECRET_LENGTH} characters are needed to keep it out of what is shown)`;

/** Whether a secret is so short that masking it would punch holes into other words. An empty one is a different mistake. */
export function isTooShort(secret: string): boolean {
  const { length } = secret.trim();
  return length > 0 && length < MIN_SECRET_LENGTH;
}

/** Same for a file. Reads regular files only: a pipe can be read just once, and its secret is needed later. */
export function isTooShortFile(path: string): boolean {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true && stat.size < 100 && isTooShort(readFileSync(path, "utf8"));
}

/** A secret from memory. */
export function secretFromValue(value: string, redactor: Redactor): Secret {
  redactor.add(value);
  return async () => value;
}

/**
 * A secret from a file, read again whenever the file changes (platforms rotate mounted secrets in place).
 * @param name the variable that named the file, for error messages.
 */
export function secretFromFile(
  name: string,
  path: string,
  redactor: Redactor,
  inTime = createReadInTime(),
): Secret {
  let last: { stamp: string; value: string; forget: () => void } | undefined;

  async function read(): Promise<string> {
    const { mtimeMs, size, ino } = await promises.stat(path);
    const stamp = `${mtimeMs}/${size}/${ino}`;
    if (last?.stamp === stamp) return last.value;
    const value = (await readSmallFile(path, MAX_SECRET_BYTES)).trim();
    if (value === "") throw new Error("it is empty");
    if (isTooShort(value)) throw new Error(`it ${TOO_SHORT}`);
    last?.forget();
    last = { stamp, value, forget: redactor.add(value) };
    return value;
  }
  function explain(error: unknown): never {
    const what = `The file named by ${name} cannot be used: ${reason(error)}.`;
    if (error instanceof TooSlow) throw new Failure("unavailable", what, { next: "Try again in a moment." });
    const next = `Put the secret into that file, or set ${name} to another one.`;
    throw new Failure("not_configured", what, { next, cause: error });
  }

  return () => inTime(read).catch(explain);
}

function reason(error: unknown): string {
  if (error instanceof TooSlow) return "reading it takes too long. Its disk or mount may hang";
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "it does not exist";
  if (code === "EACCES" || code === "EPERM") return "it may not be read";
  return error instanceof Error && code === undefined ? error.message : `reading it failed (${code})`;
}
