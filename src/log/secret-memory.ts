import type { Redactor } from "./redact.ts";

/**
 * Registers each value it is given with the redactor. Without a bound, a secret that is replaced again and again would fill the
 * memory: beyond `max` values, the one that was given longest ago is no longer masked. Returns the value.
 */
export function createBoundedMemory(redactor: Redactor, max: number): (secret: string) => string {
  /** How to forget each value, in the order in which they were last given. */
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
