import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "../config/credential.ts";
import { MIN_TOKEN_LENGTH, splitTokens } from "../config/http-settings.ts";
import type { Redactor } from "../log/redact.ts";

/** The current tokens of `C1_MCP_HTTP_TOKEN`. */
export interface StaticTokens {
  /** The name of the caller who holds the token, "token-1" for the first; undefined if the token is unknown. */
  find(token: string): Promise<string | undefined>;
  /** What is wrong with the tokens, if anything. */
  check(): Promise<string | undefined>;
}

/** @param redactor masks the tokens while they are valid. */
export function createStaticTokens(secret: Secret, redactor: Redactor): StaticTokens {
  let last: { text: string; digests: readonly Buffer[]; forget: () => void } | undefined;

  /** Reads the setting each time, because files change; parses it only if the text has changed. */
  async function read(): Promise<readonly Buffer[]> {
    const text = await secret();
    if (last?.text === text) return last.digests;
    const tokens = splitTokens(text);
    const forget = tokens.map((token) => redactor.add(token));
    last?.forget();
    last = {
      text,
      // A token that is too short keeps its position, so that the others keep their names, but it admits nobody.
      digests: tokens.map((token) => (token.length < MIN_TOKEN_LENGTH ? Buffer.alloc(0) : digest(token))),
      forget: () => {
        for (const done of forget) done();
      },
    };
    return last.digests;
  }

  return {
    async find(token) {
      const given = digest(token);
      let found: number | undefined;
      // Always compares all tokens: the duration must not reveal which one was close.
      for (const [index, wanted] of (await read()).entries()) {
        if (wanted.length === given.length && timingSafeEqual(given, wanted)) found ??= index;
      }
      return found === undefined ? undefined : `token-${found + 1}`;
    },
    async check() {
      try {
        const digests = await read();
        if (digests.length > 0 && digests.every(({ length }) => length > 0)) return undefined;
        return `C1_MCP_HTTP_TOKEN must hold tokens of at least ${MIN_TOKEN_LENGTH} characters each.`;
      } catch (error) {
        return (error as Error).message;
      }
    },
  };
}

function digest(value: string): Buffer {
  return createHash("sha256").update(value).digest();
}
