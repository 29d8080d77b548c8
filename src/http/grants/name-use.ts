import { createHash } from "node:crypto";

/** A short key for the single use of an assertion. It includes the issuer, because ids are unique only per issuer. */
export function nameUse(kind: "client" | "id-jag", issuer: string, id: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify([kind, issuer, id]))
    .digest("base64url");
}
