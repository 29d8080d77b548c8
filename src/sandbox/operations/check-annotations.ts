import { invalidArgument } from "../problems.ts";

const MAX_ENTRIES = 16;
const MAX_VALUE_LENGTH = 256;
const MAX_TOTAL_BYTES = 4096;
const KEY_PATTERN = "^[A-Za-z][A-Za-z0-9._/-]{0,127}$";
const KEY = new RegExp(KEY_PATTERN);
/** The characters that RFC 3986 allows in a URL. */
const URL_SAFE = /^[A-Za-z0-9\-._~:/?#[\]@!$&'()*+,;=%]*$/;

/** Enforces the published rules for an app's annotations. */
export function checkAnnotations(annotations: Readonly<Record<string, string>>): void {
  const entries = Object.entries(annotations);
  if (entries.length > MAX_ENTRIES) throw invalid(`value must contain no more than ${MAX_ENTRIES} pair(s)`);
  for (const [key, value] of entries) {
    if (!KEY.test(key)) throw invalid(`key "${key}" does not match regex pattern "${KEY_PATTERN}"`);
    if (key.startsWith("c1/")) throw invalid(`key "${key}" has the reserved prefix "c1/"`);
    if (value.length > MAX_VALUE_LENGTH)
      throw invalid(`the value of "${key}" is longer than ${MAX_VALUE_LENGTH}`);
    if (!URL_SAFE.test(value)) throw invalid(`the value of "${key}" must be URL-safe ASCII`);
  }
  const bytes = entries.reduce((sum, [key, value]) => sum + key.length + value.length, 0);
  if (bytes > MAX_TOTAL_BYTES) throw invalid(`more than ${MAX_TOTAL_BYTES} bytes in total`);
}

function invalid(reason: string): Error {
  return invalidArgument(`invalid CreateAppRequest.annotations: ${reason}`);
}
