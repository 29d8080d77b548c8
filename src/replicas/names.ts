import { createHmac, hkdfSync } from "node:crypto";

/** Names of keys in the store. */
export interface Names {
  /** @param what several values, of which the name shows nothing. */
  nameOf(kind: string, ...what: readonly string[]): string;
}

/**
 * Keyed hashes, so that who can read the store learns no name of a person or an object from it, not even by guessing. Processes
 * meet in the store when they serve the same tenant and have the same key.
 */
export function createNames(key: string, tenant: string): Names {
  const derived = Buffer.from(hkdfSync("sha256", key, "", "shared store", 32));
  const hash = (values: readonly string[]) =>
    createHmac("sha256", derived).update(JSON.stringify(values)).digest("base64url");
  // In braces: a cluster keeps together what scripts touch at once.
  const prefix = `c1mcp:{${hash(["tenant", tenant]).slice(0, 16)}}`;
  return { nameOf: (kind, ...what) => `${prefix}:${kind}:${hash([tenant, kind, ...what])}` };
}
