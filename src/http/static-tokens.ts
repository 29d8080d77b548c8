import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "../config/credential.ts";
import { MIN_TOKEN_LENGTH, splitTokens } from "../config/http-settings.ts";
import type { Redactor } from "../log/redact.ts";

/** The tokens that `C1_MCP_HTTP_TOKEN` holds at the moment. */
export interface StaticTokens {
  /** The name of the caller who holds the token: "token-1" for the first, and so on; undefined for a stranger. */
  find(token: string): Promise<string | undefined>;
  /** What is wrong with the tokens, if anything. */
  check(): Promise<string | undefined>;
}

/** @param redactor hides the tokens as long as they are in force. */
export function createStaticTokens(secret: Secret, redactor: Redactor): StaticTokens {
  let last: { text: string; digests: readonly Buffer[]; forget: () => void } | undefined;

  /** Read each time, because files change; parsed only when the text has changed. */
  async function read(): Promise<readonly Buffer[]> {
    const text = await secret();
    if (last?.text === text) return last.digests;
    const tokens = splitTokens(text);
    const forget = tokens.map((token) => redactor.add(token));
    last?.forget();
    last = {
      text,
      // A token that is too short keeps its place, so that the others keep their names, but it lets nobody in.
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
      // Always compares all of them: the time it takes must not tell which one was close.
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
