import { hash, timingSafeEqual } from "node:crypto";
import type { Secret } from "../config/credential.ts";
import { findTokensFault, type HttpToken, MIN_TOKEN_LENGTH, readTokens } from "../config/http-tokens.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import { CannotRead } from "./token-errors.ts";

/** Matches no digest. */
const NOBODY = Buffer.alloc(0);

/** The tokens as they were last read. */
interface Known {
  readonly holders: readonly { readonly holder: string; readonly digest: Buffer }[];
  /** What is wrong with them, if anything. */
  readonly problem: string | undefined;
}

/** The current tokens of `C1_MCP_HTTP_TOKEN`. */
export interface StaticTokens {
  /**
   * What the caller who holds the token is called: a name, or "token-1" for the first if that has none. Undefined if the token is
   * unknown. Rejects with `CannotRead`.
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
  let last: (Known & { readonly text: string; readonly forget: () => void }) | undefined;

  /** Reads the setting each time, because files change; parses it only if the text has changed. */
  async function read(): Promise<Known> {
    const text = await secret();
    if (last?.text === text) return last;
    const tokens = readTokens(text);
    const forget = tokens.map(({ token }) => redactor.add(token));
    last?.forget();
    last = {
      text,
      // A token that admits nobody keeps its position, so that the others keep their names.
      holders: tokens.map(({ token, holder, fault }) => ({ holder, digest: fault ? NOBODY : digest(token) })),
      problem: judge(text),
      forget: () => {
        for (const done of forget) done();
      },
    };
    return last;
  }

  function report(problem: string | undefined, what: string): void {
    if (problem === reported) return;
    reported = problem;
    if (problem === undefined) logger?.info("the bearer tokens can be used again");
    else logger?.error({ why: problem }, what);
  }

  async function look(): Promise<Partial<Known>> {
    try {
      return await read();
    } catch (error) {
      return { problem: (error as Error).message };
    }
  }

  async function lookAndReport() {
    const looked = await look();
    report(
      looked.problem,
      looked.holders ? "not every bearer token can be used" : "the bearer tokens cannot be read",
    );
    return looked;
  }

  return {
    async find(token) {
      const { holders, problem } = await lookAndReport();
      if (holders === undefined) throw new CannotRead(problem);
      const given = digest(token);
      let found: string | undefined;
      // Always compares all tokens: the duration must not reveal which one was close.
      for (const { holder, digest: wanted } of holders) {
        if (wanted.length === given.length && timingSafeEqual(given, wanted)) found ??= holder;
      }
      return found;
    },
    check: async () => (await look()).problem,
    async ready() {
      if ((await lookAndReport()).problem !== undefined) throw new Error("no usable token");
    },
  };
}

function judge(text: string): string | undefined {
  const tokens = readTokens(text);
  const fault = findTokensFault(text) ?? findRepeated(tokens);
  if (fault === undefined) return undefined;
  const areLong = tokens.length > 0 && tokens.every(({ token }) => token.length >= MIN_TOKEN_LENGTH);
  return `C1_MCP_HTTP_TOKEN ${areLong ? fault : `must hold tokens of at least ${MIN_TOKEN_LENGTH} characters each`}.`;
}

/** Records name the first holder of a token, whoever calls. */
function findRepeated(tokens: readonly HttpToken[]): string | undefined {
  const holders = new Map<string, string>();
  for (const [index, { token, holder }] of tokens.entries()) {
    if ((holders.get(token) ?? holder) !== holder)
      return `holds one token under two names: token ${index + 1} repeats an earlier one`;
    holders.set(token, holder);
  }
  return undefined;
}

function digest(value: string): Buffer {
  return hash("sha256", value, "buffer");
}
