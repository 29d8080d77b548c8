import type { Redactor } from "../../log/redact.ts";

/** Older values of a secret that was replaced stay masked until this many newer ones came. */
const MAX_KNOWN = 8;

/** Registers each new value of one changing secret with the redactor and forgets the oldest ones. Returns the value. */
export function createSecretMemory(redactor: Redactor): (secret: string) => string {
  const known = new Map<string, () => void>();
  return (secret) => {
    if (known.has(secret)) return secret;
    known.set(secret, redactor.add(secret));
    const [oldest] = known;
    if (known.size > MAX_KNOWN && oldest) {
      const [value, forget] = oldest;
      known.delete(value);
      forget();
    }
    return secret;
  };
}
