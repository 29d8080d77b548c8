import { createPublicKey, generateKeyPairSync, type JsonWebKey, type KeyObject } from "node:crypto";

/** Length of either key of Ed25519, in bytes; both DER encodings end with it. */
const KEY_BYTES = 32;

/**
 * An Ed25519 key pair. The JWK is built from the DER encodings, which is fast, and because Node 20 can block for ever when a key that
 * was just generated is exported as a JWK: a garbage collection during the export waits for the lock that the export holds.
 */
export function createKeyPair(): { readonly publicKey: KeyObject; readonly privateJwk: JsonWebKey } {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519", {
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "der" },
  });
  const tail = (der: Buffer) => der.subarray(-KEY_BYTES).toString("base64url");
  return {
    publicKey: createPublicKey({ key: publicKey, type: "spki", format: "der" }),
    privateJwk: { crv: "Ed25519", d: tail(privateKey), x: tail(publicKey), kty: "OKP" },
  };
}
