import type { Redactor } from "./redact.ts";

/** How many values of a changing secret stay masked, including the current one. */
const MAX_KNOWN = 8;

/**
 * Registers each value with the redactor and returns it. To bound memory for a secret that changes again and again, at most `max`
 * values stay masked; the least recently given is dropped first.
 */
export function createSecretMemory(redactor: Redactor, max = MAX_KNOWN): (secret: string) => string {
  /** The unregister function of each value, in the order in which they were last given. */
  const known = new Map<string, () => void>();
  return (secret) => {
    const forget = known.get(secret) ?? redactor.add(secret);
    known.delete(secret);
    known.set(secret, forget);
    const [oldest] = known;
    if (known.size > max && oldest) {
      const [value, forgetOldest] = oldest;
      known.delete(value);
      forgetOldest();
    }
    return secret;
  };
}
