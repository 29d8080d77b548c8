/** Approximate maximum of values in one message. Arguments may hold a hundredth of that; the rest allows for punctuation in texts. */
const MAX_MESSAGE_VALUES = 100_000;

export const TOO_MANY_VALUES = `Message with more than ${MAX_MESSAGE_VALUES} values: no tool takes so many`;

/**
 * Whether a parsed message would need far more memory than its text: four megabytes of `{},` become a hundred. Counted in the
 * text, because parsing alone could exhaust memory. Commas and brackets inside strings count as well.
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

/** The id of a request that was not parsed, if it comes first or last in the message, so that its sender gets a response. */
export function readOuterId(text: string): string | number | null {
  const id = String.raw`"id"\s*:\s*("[^"\\]{0,100}"|\d{1,15})`;
  const found =
    new RegExp(String.raw`^\s*\{[^{}[\]]*?${id}\s*,`).exec(text.slice(0, 500)) ??
    new RegExp(String.raw`[}\]][^{}[\]]*?${id}[^{}[\]]*\}\s*$`).exec(text.slice(-500));
  return found?.[1] === undefined ? null : (JSON.parse(found[1]) as string | number);
}
