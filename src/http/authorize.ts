import type { Caller } from "../caller.ts";
import { buildError } from "../mcp/build-error.ts";
import type { AuthorizedCaller } from "../mcp/caller.ts";
import { formatChallenge } from "./challenge.ts";
import { ALL_SCOPES, READ_SCOPE, WRITE_SCOPE } from "./scopes.ts";

/** A refusal for want of a scope: the words and the challenge of a 403. */
export interface MissingScope {
  readonly message: string;
  readonly challenge: string;
}

/**
 * Decides what a caller's scopes allow; nothing else looks at scopes. Returns the caller, who carries the answer to calls
 * of tools that write if those are not allowed, or the scope that is missing to be let in at all.
 */
export function authorize(caller: Caller, metadataUrl: string | undefined): AuthorizedCaller | MissingScope {
  if (!caller.scopes.includes(READ_SCOPE)) {
    return missing(`The token needs the scope ${READ_SCOPE}`, [READ_SCOPE], metadataUrl);
  }
  if (caller.scopes.includes(WRITE_SCOPE)) return { ...caller, refuseWrite: undefined };
  const { message, challenge } = missing(`This tool needs the scope ${WRITE_SCOPE}`, ALL_SCOPES, metadataUrl);
  const init = { status: 403, headers: { "www-authenticate": challenge } };
  return { ...caller, refuseWrite: () => Response.json(buildError(-32001, message), init) };
}

function missing(
  description: string,
  scopes: readonly string[],
  metadataUrl: string | undefined,
): MissingScope {
  return {
    message: `Forbidden: ${description}`,
    challenge: formatChallenge({ error: "insufficient_scope", description, scopes, metadataUrl }),
  };
}
