import type { Caller } from "../caller.ts";
import { WRITE_TOOL_NAMES } from "../config/tool-names.ts";
import { buildError } from "../mcp/build-error.ts";
import type { AuthorizedCaller } from "../mcp/caller.ts";
import { allowsWrite, READ_SCOPE, scopeOf, WRITE_SCOPE } from "../tools/scopes.ts";
import { formatChallenge } from "./challenge.ts";

/** A refusal for a missing scope: the text and the challenge of a 403 response. */
export interface MissingScope {
  readonly message: string;
  readonly challenge: string;
}

export interface AuthorizeOptions {
  /** URL of the metadata that names the authorization server. */
  readonly metadataUrl: string | undefined;
  /** Whether the authorization server is known to issue one scope per tool. */
  readonly byTool: boolean;
}

/**
 * Decides what a caller's scopes allow; this is the only place that answers with 403 for a missing scope. Returns either the
 * caller, including the response to forbidden calls of write tools, or the scope without which they are not admitted at all.
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
 * The scopes for the caller to request: those of ours that they hold, plus the tool's own scope if the authorization server
 * issues scopes per tool, otherwise the general write scope. Foreign scopes are omitted: they could contain anything.
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
