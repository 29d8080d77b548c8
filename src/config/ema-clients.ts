import type { JSONWebKeySet } from "jose";
import { z } from "zod/v3";
import { readSmallFile } from "./small-file.ts";

const MAX_BYTES = 256 * 1024;

const SHA256 = /^[0-9a-f]{64}$/;

/** A client that may redeem assertions. */
export interface EmaClient {
  readonly id: string;
  /** Digests of the accepted secrets; several while one replaces another. */
  readonly secretDigests: readonly Buffer[];
  /** The keys that it may sign with instead of a secret. */
  readonly jwks: JSONWebKeySet | undefined;
}

const digest = z
  .string()
  .regex(SHA256, "must be the SHA-256 digest of a secret, as 64 hexadecimal digits in lower case");

/** Public keys only: a private or shared key does not belong in this file. */
const key = z
  .object({ kty: z.string() })
  .passthrough()
  .refine((jwk) => jwk.kty !== "oct" && !("d" in jwk) && !("k" in jwk), "must be a public key");

const client = z
  .object({
    id: z.string().regex(/^[\x21-\x7e]{1,200}$/, "must be 1 to 200 visible ASCII characters"),
    secretSha256: z.union([digest, z.array(digest).min(1)]).optional(),
    jwks: z.object({ keys: z.array(key).min(1) }).optional(),
  })
  .strict()
  .refine(({ secretSha256, jwks }) => secretSha256 ?? jwks, "needs secretSha256 or jwks");

const file = z
  .object({ clients: z.array(client).min(1) })
  .strict()
  .refine(
    ({ clients }) => new Set(clients.map(({ id }) => id)).size === clients.length,
    "has two clients of one id",
  );

/**
 * Reads the clients in the file of `C1_MCP_EMA_CLIENTS_FILE`. Rejects with what is wrong, in words that complete a sentence
 * beginning with the setting and contain no secret.
 */
export function createEmaClients(path: string): () => Promise<ReadonlyMap<string, EmaClient>> {
  let last: { readonly text: string; readonly clients: ReadonlyMap<string, EmaClient> } | undefined;
  return async () => {
    const text = await readSmallFile(path, MAX_BYTES).catch((error: NodeJS.ErrnoException) => {
      throw new Error(`cannot be read (${error.code ?? error.message})`);
    });
    if (last?.text !== text) last = { text, clients: parseClients(text) };
    return last.clients;
  };
}

function parseClients(text: string): ReadonlyMap<string, EmaClient> {
  const parsed = file.safeParse(parseJson(text));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new Error(`is wrong at ${issue?.path.join(".") || "its top"}: ${issue?.message ?? "unknown"}`);
  }
  return new Map(
    parsed.data.clients.map(({ id, secretSha256 = [], jwks }) => [
      id,
      {
        id,
        secretDigests: [secretSha256].flat().map((hex) => Buffer.from(hex, "hex")),
        jwks: jwks as JSONWebKeySet | undefined,
      },
    ]),
  );
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new Error("is not JSON");
  }
}
