import { createRedactor, type Redactor } from "../log/redact.ts";

/** Shorter config values occur inside ordinary words, and are not secrets. */
const MIN_VALUE_LENGTH = 4;

/**
 * Masks, in foreign text, secrets and those values of one call that C1 could repeat. Applied only to foreign text before it is
 * put into a sentence, because a value may also be a word of ours, or an id.
 */
export function createMask(values: readonly string[], secrets: Redactor): (text: string) => string {
  let own: Redactor | undefined;
  return (text) => {
    // Built when C1 first says something: most calls show no text of C1.
    own ??= collect(values);
    return own.redact(secrets.redact(text));
  };
}

/** In place of `createMask`, where nobody knows what must be masked: none of C1's words is repeated. */
export const maskAll = (): string => "***";

function collect(values: readonly string[]): Redactor {
  const redactor = createRedactor(MIN_VALUE_LENGTH);
  for (const value of values) redactor.add(value);
  return redactor;
}
