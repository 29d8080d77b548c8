import { type KeyObject, randomInt } from "node:crypto";
import { createKeyPair } from "./key-pair.ts";

export interface Credential {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly publicKey: KeyObject;
  /** The tenant's host with its port, as used in client ids. */
  readonly host: string;
}

const ADJECTIVES = ["brisk", "calm", "deft", "keen", "mellow", "nimble", "quiet", "sunny"];
const ANIMALS = ["badger", "crane", "ferret", "heron", "lynx", "otter", "puffin", "wren"];

/**
 * Creates a credential in C1's form: a client id that names the host, and a secret that is a private key.
 * @param suffix of the client id: `pcc` for a person's, `spc` for a service principal's.
 */
export function createCredential(host: string, suffix: "pcc" | "spc" = "pcc"): Credential {
  const { publicKey, privateJwk } = createKeyPair();
  const jwk = Buffer.from(JSON.stringify(privateJwk)).toString("base64url");
  return {
    clientId: `${pick(ADJECTIVES)}-${pick(ANIMALS)}-${randomInt(10_000, 100_000)}@${host}/${suffix}`,
    clientSecret: `secret-token:conductorone.com:v1:${jwk}`,
    publicKey,
    host,
  };
}

function pick(words: readonly string[]): string {
  return words[randomInt(words.length)] ?? "";
}
