import { promises } from "node:fs";
import { Failure } from "../errors.ts";
import type { Redactor } from "../log/redact.ts";
import type { Secret } from "./credential.ts";

/** Larger than any token or key; a bigger file is a mistake. */
const MAX_SECRET_BYTES = 64 * 1024;

/** A secret from memory. */
export function secretFromValue(value: string, redactor: Redactor): Secret {
  redactor.add(value);
  return async () => value;
}

/**
 * A secret from a file, read again whenever the file changes (platforms rotate mounted secrets in place).
 * @param name the variable that named the file, for error messages.
 */
export function secretFromFile(name: string, path: string, redactor: Redactor): Secret {
  let last: { stamp: string; value: string; forget: () => void } | undefined;
  return async () => {
    try {
      const { mtimeMs, size, ino } = await promises.stat(path);
      if (size > MAX_SECRET_BYTES) throw new Error("it is too large for a secret");
      const stamp = `${mtimeMs}/${size}/${ino}`;
      if (last?.stamp === stamp) return last.value;
      const value = (await promises.readFile(path, "utf8")).trim();
      if (value === "") throw new Error("it is empty");
      last?.forget();
      last = { stamp, value, forget: redactor.add(value) };
      return value;
    } catch (error) {
      throw new Failure("not_configured", `The file named by ${name} cannot be used: ${reason(error)}.`, {
        next: `Put the secret into that file, or set ${name} to another one.`,
        cause: error,
      });
    }
  };
}

function reason(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === "ENOENT") return "it does not exist";
  if (code === "EACCES" || code === "EPERM") return "it may not be read";
  if (code === "EISDIR") return "it is a directory";
  return error instanceof Error && code === undefined ? error.message : `reading it failed (${code})`;
}
