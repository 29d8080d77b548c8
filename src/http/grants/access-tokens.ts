import type { JWTPayload } from "jose";
import type { Secret } from "../../config/credential.ts";
import { MIN_KEY_LENGTH, splitKeys } from "../../config/http-settings.ts";
import { createSeal, type Opened, type Seal } from "../../seal.ts";

/** What one of our access tokens stands for. */
export interface Granted {
  readonly client: string;
  readonly scopes: readonly string[];
  /** Claims of the assertion that was exchanged for it. */
  readonly claims: JWTPayload;
}

/** Access tokens that only this server and its replicas can create and read; they are opaque to everyone else. */
export interface AccessTokens {
  issue(granted: Granted, ttlMs: number): Promise<string>;
  open(token: string): Promise<Opened<Granted>>;
  /** Rejects while there is no usable key. */
  check(): Promise<void>;
}

/**
 * @param keys read each time, because files change. The first key seals and all keys open, so that one can replace another.
 * @param resource where the tokens are valid: even with the same keys, tokens for one resource do not open at another.
 */
export function createAccessTokens(keys: Secret, resource: string, now: () => number): AccessTokens {
  let last: { readonly text: string; readonly seals: readonly Seal<Granted>[] } | undefined;

  async function read(): Promise<readonly Seal<Granted>[]> {
    const text = await keys();
    if (last?.text === text) return last.seals;
    const known = splitKeys(text);
    if (known.length === 0 || known.some(({ length }) => length < MIN_KEY_LENGTH)) {
      throw new Error(`C1_MCP_EMA_KEY must hold keys of at least ${MIN_KEY_LENGTH} characters each.`);
    }
    const purpose = `access token for ${resource}`;
    last = { text, seals: known.map((key) => createSeal<Granted>(key, purpose, now)) };
    return last.seals;
  }

  return {
    async issue(granted, ttlMs) {
      const [seal] = await read();
      return (seal as Seal<Granted>).seal(granted, ttlMs);
    },
    async open(token) {
      let opened: Opened<Granted> = "bad";
      for (const seal of await read()) {
        if (opened === "bad") opened = seal.open(token);
      }
      return opened;
    },
    async check() {
      await read();
    },
  };
}
