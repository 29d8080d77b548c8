import type { Caller } from "../caller.ts";
import { WRITE_TOOL_NAMES } from "../config/tool-names.ts";
import { buildError } from "../mcp/build-error.ts";
import type { AuthorizedCaller } from "../mcp/caller.ts";
import { allowsWrite, READ_SCOPE, scopeOf, WRITE_SCOPE } from "../tools/scopes.ts";
import { formatChallenge } from "./challenge.ts";

/** A refusal for want of a scope: the words and the challenge of a 403. */
export interface MissingScope {
  readonly message: string;
  readonly challenge: string;
}

export interface AuthorizeOptions {
  /** Where callers read which authorization server to ask. */
  readonly metadataUrl: string | undefined;
  /** Whether the authorization server is known to give out scopes by tool. */
  readonly byTool: boolean;
}

/**
 * Decides what a caller's scopes allow; nothing else refuses for want of one. Returns the caller, who carries the answer to calls
 * of tools that write and are not allowed, or the scope that is missing to be let in at all.
 */
export function authorize(
  caller: Caller,
  { metadataUrl, byTool }: AuthorizeOptions,
): AuthorizedCaller | MissingScope {
  const { scopes } = caller;
  if (!scopes.includes(READ_SCOPE)) {
    return missing(`The token needs the scope ${READ_SCOPE}`, [READ_SCOPE], metadataUrl);
  }
  return {
    ...caller,
    mayCall: (tool) => allowsWrite(scopes, tool),
    refuse(tool) {
      const description = `${tool} needs the scope ${scopeOf(tool)}, or ${WRITE_SCOPE} for all that write`;
      const { message, challenge } = missing(description, scopesToAskFor(scopes, tool, byTool), metadataUrl);
      const init = { status: 403, headers: { "www-authenticate": challenge } };
      return Response.json(buildError(-32001, message), init);
    },
  };
}

/**
 * An authorization server that gives out scopes by tool is asked for the one; any other may not know it. Scopes that are none of
 * ours are left out: they could be anything.
 */
function scopesToAskFor(held: readonly string[], tool: string, byTool: boolean): string[] {
  const known = WRITE_TOOL_NAMES.map(scopeOf).filter((scope) => held.includes(scope));
  return [READ_SCOPE, ...known, byTool || known.length > 0 ? scopeOf(tool) : WRITE_SCOPE];
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
