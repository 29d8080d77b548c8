import { IN_QUOTATION_MARKS } from "./client-id.ts";

/** Shorter tokens could be guessed over a local network. */
export const MIN_TOKEN_LENGTH = 16;

/** One of the bearer tokens of `C1_MCP_HTTP_TOKEN`. */
export interface HttpToken {
  readonly token: string;
  /** What its holder is called: the name in front of it or, without one, "token-2" for the second of all tokens. */
  readonly holder: string;
  /** Why it admits nobody; completes a sentence that begins with the setting's name, and shows no part of it. */
  readonly fault: string | undefined;
}

/** Names of other callers, and a word that people copy together with a token. */
const TAKEN = /^(?:token-\d*|local|bearer)$/;

/** Shorter than any token, so that neither can be taken for the other. */
const NAME = /^[a-z0-9](?:[a-z0-9-]{0,13}[a-z0-9])?$/;

/** Whether a holder of a token can be called that. */
export function isHolderName(name: string): boolean {
  return NAME.test(name) && !TAKEN.test(name);
}

/**
 * Reads the tokens, which are separated by commas or line breaks, each with at most a name in front of it. Several may be valid at
 * once, so that one can replace another without a gap.
 */
export function readTokens(text: string): readonly HttpToken[] {
  return text
    .split(/[,\r\n]/)
    .map((part) => part.trim())
    .filter(Boolean)
    .map((part, index) => {
      const [, name, token = ""] = /^(?:(.*)\s)?(\S+)$/.exec(part) ?? [];
      const number = index + 1;
      const fault = findFault(name?.trim(), token, number);
      return { token, holder: name === undefined || fault ? `token-${number}` : name.trim(), fault };
    });
}

const WITH_BEARER = "must hold tokens alone, without the word Bearer";

function findFault(name: string | undefined, token: string, number: number): string | undefined {
  if (/^bearer$/i.test(name ?? token)) return WITH_BEARER;
  if (token.length < MIN_TOKEN_LENGTH) return `must have at least ${MIN_TOKEN_LENGTH} characters`;
  if (name === undefined || isHolderName(name)) return undefined;
  return TAKEN.test(name)
    ? `has a name in front of token ${number} that means another caller: token-N and local are taken`
    : `has more in front of token ${number} than a name, which is at most 15 of a-z, 0-9 and inner hyphens`;
}

/** What is wrong with the whole setting, if anything. */
export function findTokensFault(text: string): string | undefined {
  const tokens = readTokens(text);
  if (tokens.length === 0) return "holds no token";
  const faults = tokens.flatMap(({ fault }) => fault ?? []);
  if (faults.includes(WITH_BEARER)) return WITH_BEARER;
  return /^["'].*["']$/s.test(text) ? IN_QUOTATION_MARKS : faults[0];
}
