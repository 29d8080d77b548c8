import { createHash } from "node:crypto";

/** A short name for the one use of an assertion: ids are unique only among those that one issuer made. */
export function nameUse(kind: "client" | "id-jag", issuer: string, id: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify([kind, issuer, id]))
    .digest("base64url");
}
