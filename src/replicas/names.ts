import { createHmac, hkdfSync } from "node:crypto";

/** Names of keys in the store. */
export interface Names {
  /** @param what the values to hash; the name reveals nothing about them. */
  nameOf(kind: string, ...what: readonly string[]): string;
}

/**
 * Uses keyed hashes, so that reading the store reveals no name of a person or object, not even by guessing. Processes share state
 * if they serve the same tenant and have the same key.
 */
export function createNames(key: string, tenant: string): Names {
  const derived = Buffer.from(hkdfSync("sha256", key, "", "shared store", 32));
  const hash = (values: readonly string[]) =>
    createHmac("sha256", derived).update(JSON.stringify(values)).digest("base64url");
  // In braces, which make a cluster keep together the keys of one script.
  const prefix = `c1mcp:{${hash(["tenant", tenant]).slice(0, 16)}}`;
  return { nameOf: (kind, ...what) => `${prefix}:${kind}:${hash([tenant, kind, ...what])}` };
}
