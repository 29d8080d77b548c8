import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "../config/credential.ts";
import { MIN_TOKEN_LENGTH, splitTokens } from "../config/http-settings.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import { CannotRead } from "./token-errors.ts";

/** The current tokens of `C1_MCP_HTTP_TOKEN`. */
export interface StaticTokens {
  /**
   * The name of the caller who holds the token, "token-1" for the first; undefined if the token is unknown. Rejects with
   * `CannotRead`.
   */
  find(token: string): Promise<string | undefined>;
  /** What is wrong with the tokens, if anything. */
  check(): Promise<string | undefined>;
  /** Rejects if anything is. */
  ready(): Promise<void>;
}

/**
 * @param redactor masks the tokens while they are valid.
 * @param logger is told once when something becomes wrong with them, and once when nothing is any more.
 */
export function createStaticTokens(secret: Secret, redactor: Redactor, logger?: Logger): StaticTokens {
  let reported: string | undefined;
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

  function judge(digests: readonly Buffer[]): string | undefined {
    if (digests.length > 0 && digests.every(({ length }) => length > 0)) return undefined;
    return `C1_MCP_HTTP_TOKEN must hold tokens of at least ${MIN_TOKEN_LENGTH} characters each.`;
  }

  function report(problem: string | undefined, what: string): void {
    if (problem === reported) return;
    reported = problem;
    if (problem === undefined) logger?.info("the bearer tokens can be used again");
    else logger?.error({ why: problem }, what);
  }

  async function look(): Promise<{
    readonly digests?: readonly Buffer[];
    readonly problem: string | undefined;
  }> {
    try {
      const digests = await read();
      return { digests, problem: judge(digests) };
    } catch (error) {
      return { problem: (error as Error).message };
    }
  }

  async function lookAndReport() {
    const looked = await look();
    report(
      looked.problem,
      looked.digests ? "not every bearer token can be used" : "the bearer tokens cannot be read",
    );
    return looked;
  }

  return {
    async find(token) {
      const { digests, problem } = await lookAndReport();
      if (digests === undefined) throw new CannotRead(problem);
      const given = digest(token);
      let found: number | undefined;
      // Always compares all tokens: the duration must not reveal which one was close.
      for (const [index, wanted] of digests.entries()) {
        if (wanted.length === given.length && timingSafeEqual(given, wanted)) found ??= index;
      }
      return found === undefined ? undefined : `token-${found + 1}`;
    },
    check: async () => (await look()).problem,
    async ready() {
      if ((await lookAndReport()).problem !== undefined) throw new Error("no usable token");
    },
  };
}

function digest(value: string): Buffer {
  return createHash("sha256").update(value).digest();
}
