/** Values in one message, roughly. All arguments of a call may have a hundredth of that; the rest is for what stands in texts. */
const MAX_MESSAGE_VALUES = 100_000;

export const TOO_MANY_VALUES = `Message with more than ${MAX_MESSAGE_VALUES} values: no tool takes so many`;

/**
 * Whether a message would take far more memory than its text once it is parsed: four megabytes of `{},` come to a hundred.
 * Counted in the text, because what parses it could die of it. Commas and brackets inside texts count too.
 */
export function hasTooManyValues(text: string): boolean {
  if (text.length <= MAX_MESSAGE_VALUES) return false;
  let count = 0;
  for (const mark of [",", "[", "{"]) {
    for (let at = text.indexOf(mark); at !== -1; at = text.indexOf(mark, at + 1)) {
      count += 1;
      if (count > MAX_MESSAGE_VALUES) return true;
    }
  }
  return false;
}

/** The id of a request that is not parsed, if it stands before or after everything else: so that its sender need not wait. */
export function readOuterId(text: string): string | number | null {
  const id = String.raw`"id"\s*:\s*("[^"\\]{0,100}"|\d{1,15})`;
  const found =
    new RegExp(String.raw`^\s*\{[^{}[\]]*?${id}\s*,`).exec(text.slice(0, 500)) ??
    new RegExp(String.raw`[}\]][^{}[\]]*?${id}[^{}[\]]*\}\s*$`).exec(text.slice(-500));
  return found?.[1] === undefined ? null : (JSON.parse(found[1]) as string | number);
}
