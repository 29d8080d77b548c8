import { compactVerify } from "jose";
import { z } from "zod/v3";
import type { Credential } from "./credential.ts";
import { invalidClient } from "./oauth-problem.ts";

const MAX_LIFETIME_SECONDS = 300;
const claimsShape = z.object({
  iss: z.string(),
  sub: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  iat: z.number(),
  nbf: z.number().optional(),
  exp: z.number(),
});

/** Verifies a client assertion: the signature, and every claim that the vendor's own clients send. Refuses with 401. */
export async function checkAssertion(
  assertion: string,
  credential: Credential,
  nowMs: number,
  usedNonces: Set<string>,
): Promise<void> {
  const { payload, protectedHeader } = await compactVerify(assertion, credential.publicKey, {
    algorithms: ["EdDSA"],
  }).catch(() => {
    throw invalidClient("client assertion: signature verification failed");
  });
  const claims = readClaims(payload);
  const now = nowMs / 1000;
  const host = credential.host.replace(/:\d+$/, "");
  expect(
    claims.iss === credential.clientId && claims.sub === credential.clientId,
    "iss and sub must be the client id",
  );
  expect([claims.aud].flat().includes(host), "aud must be the host without its port");
  expect(claims.exp > now, "expired");
  expect(claims.exp - claims.iat <= MAX_LIFETIME_SECONDS, "exp is more than 5 minutes after iat");
  expect(claims.nbf === undefined || claims.nbf <= now, "not valid yet");
  const { nonce } = protectedHeader;
  if (typeof nonce !== "string" || !/^[0-9a-f]{32}$/.test(nonce)) {
    throw invalidClient("client assertion: the protected header needs a nonce of 16 bytes in hex");
  }
  expect(!usedNonces.has(nonce), "nonce was used before");
  usedNonces.add(nonce);
}

function readClaims(payload: Uint8Array): z.output<typeof claimsShape> {
  try {
    const claims: unknown = JSON.parse(new TextDecoder().decode(payload));
    expect(!(claims as Record<string, unknown>).nonce, "nonce belongs into the protected header");
    return claimsShape.parse(claims);
  } catch (error) {
    if (!(error instanceof z.ZodError) && !(error instanceof SyntaxError)) throw error;
    throw invalidClient("client assertion: iss, sub, aud, iat or exp is missing or of the wrong type");
  }
}

function expect(condition: boolean, otherwise: string): void {
  if (!condition) throw invalidClient(`client assertion: ${otherwise}`);
}
