import { createRedactor, type Redactor } from "../log/redact.ts";

/** Shorter config values occur inside ordinary words, and they are no secrets. */
const MIN_VALUE_LENGTH = 4;

/**
 * What one call takes out of the words of others: secrets, and values of its own that C1 could repeat. Only out of those
 * words, before a sentence is made of them: a value may be a word of ours, or the id of something.
 */
export function createMask(values: readonly string[], secrets: Redactor): (text: string) => string {
  let own: Redactor | undefined;
  return (text) => {
    // Made when C1 first says something: most calls hear nothing from it that is shown.
    own ??= collect(values);
    return own.redact(secrets.redact(text));
  };
}

function collect(values: readonly string[]): Redactor {
  const redactor = createRedactor(MIN_VALUE_LENGTH);
  for (const value of values) redactor.add(value);
  return redactor;
}
