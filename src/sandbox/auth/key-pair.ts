import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from "node:crypto";

/**
 * An Ed25519 key pair whose keys can be exported. They pass through DER, because Node 20 can block for ever when a key that was just
 * generated is exported as a JWK: a garbage collection during the export waits for the lock that the export holds.
 */
export function createKeyPair(): { readonly publicKey: KeyObject; readonly privateKey: KeyObject } {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519", {
    publicKeyEncoding: { type: "spki", format: "der" },
    privateKeyEncoding: { type: "pkcs8", format: "der" },
  });
  return {
    publicKey: createPublicKey({ key: publicKey, type: "spki", format: "der" }),
    privateKey: createPrivateKey({ key: privateKey, type: "pkcs8", format: "der" }),
  };
}
