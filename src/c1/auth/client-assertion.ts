import { randomBytes } from "node:crypto";
import { z } from "zod/v3";
import { parseObject } from "../parse.ts";

const TOLERANCE_S = 120;

const privateKeySchema = z.object({
  kty: z.literal("OKP"),
  crv: z.literal("Ed25519"),
  x: z.string().min(1),
  d: z.string().min(1),
});

export type PrivateKey = z.infer<typeof privateKeySchema>;

/** The Ed25519 key inside a secret of the form `secret-token:conductorone.com:v1:<base64url JWK>`, if it has one. */
export function parseSecretKey(secret: string): PrivateKey | undefined {
  const [kind, issuer, version, encoded, ...rest] = secret.split(":");
  if (kind !== "secret-token" || issuer !== "conductorone.com" || version !== "v1" || rest.length > 0)
    return undefined;
  const jwk = parseObject(Buffer.from(encoded ?? "", "base64url").toString("utf8"));
  return privateKeySchema.safeParse(jwk).data;
}

export interface AssertionInput {
  readonly key: PrivateKey;
  readonly clientId: string;
  /** The tenant's host, without a port. */
  readonly audience: string;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Signs the JWT that proves possession of the key. C1 expects the nonce in the protected header, not as a claim. */
export async function signAssertion({ key, clientId, audience, now }: AssertionInput): Promise<string> {
  const { importJWK, SignJWT } = await import("jose");
  const issuedAt = Math.floor(now / 1000);
  return new SignJWT()
    .setProtectedHeader({ alg: "EdDSA", nonce: randomBytes(16).toString("hex") })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience([audience])
    .setIssuedAt(issuedAt)
    .setNotBefore(issuedAt - TOLERANCE_S)
    .setExpirationTime(issuedAt + TOLERANCE_S)
    .sign(await importJWK(key, "EdDSA"));
}

export function buildAssertionForm(clientId: string, assertion: string): Record<string, string> {
  return {
    grant_type: "client_credentials",
    client_id: clientId,
    client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
    client_assertion: assertion,
  };
}

/** Whether an OAuth error rejects assertions as a method. A plain `invalid_client` rejects the client itself. */
export function isAssertionUnsupported({
  error,
  description,
}: {
  error: string;
  description: string;
}): boolean {
  if (error === "unsupported_grant_type" || error === "unauthorized_client") return true;
  const speaksOfMethod = /assertion|auth(entication)?[ _]method/i.test(description);
  return speaksOfMethod && /unsupported|not (supported|enabled|allowed|accepted)/i.test(description);
}
