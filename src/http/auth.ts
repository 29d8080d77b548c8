import type { Logger } from "../log/logger.ts";
import { formatChallenge } from "../mcp/challenge.ts";
import { ALL_SCOPES, READ_SCOPE } from "../mcp/scopes.ts";
import { BadToken, type Caller, CannotVerify } from "./caller.ts";
import type { TokenVerifier } from "./oauth.ts";
import { type Guard, refuse } from "./refuse.ts";
import type { StaticTokens } from "./static-tokens.ts";

export interface AuthOptions {
  readonly tokens?: StaticTokens | undefined;
  readonly oauth?: TokenVerifier | undefined;
  /** Where callers read which authorization server to ask. */
  readonly metadataUrl?: string | undefined;
  /** What a token must hold to be of full use here. */
  readonly scopes: readonly string[];
  readonly logger: Logger;
}

/** Lets in who proves themselves. The token stays here: nothing behind this may see it, let alone send it on. */
export function isAuthenticated({ tokens, oauth, metadataUrl, scopes, logger }: AuthOptions): Guard {
  const invitation = oauth && { scopes, metadataUrl };

  async function identify(token: string): Promise<Caller> {
    try {
      const known = await tokens?.find(token);
      if (known !== undefined) return { name: known, scopes: ALL_SCOPES };
    } catch (error) {
      // Tokens of ours that cannot be read lock nobody out who has one of the other kind.
      if (oauth === undefined) throw error;
      logger.error({ err: error }, "the bearer tokens cannot be read");
    }
    if (oauth === undefined) throw new BadToken("The token is not known here");
    return oauth.verify(token);
  }

  return async (request, response) => {
    const header = request.headers.authorization;
    delete request.headers.authorization;
    const token = /^Bearer +([^\s,]+) *$/i.exec(header ?? "")?.[1];
    try {
      if (token === undefined) throw new BadToken("No bearer token was sent");
      const { name, scopes: granted } = await identify(token);
      if (!granted.includes(READ_SCOPE)) return refuseScope();
      request.auth = {
        token: "",
        clientId: name,
        scopes: granted,
        ...(metadataUrl !== undefined && { resourceMetadataUrl: metadataUrl }),
      };
      return true;
    } catch (error) {
      if (error instanceof BadToken) return refuseToken(error.message);
      if (!(error instanceof CannotVerify)) throw error;
      logger.error({ reason: error.message }, "tokens cannot be verified");
      // Not 503: by that a replica says it is stopping, and load balancers look away from it.
      const message =
        "Bad gateway: the authorization server does not answer, so that no token can be verified";
      return refuse(response, 502, message, { code: -32000, headers: { "retry-after": "5" } });
    }

    function refuseToken(reason: string): false {
      if (header !== undefined) logger.info({ reason }, "caller refused");
      const challenge =
        header === undefined
          ? { ...invitation }
          : { error: "invalid_token" as const, ...(oauth && { description: reason }), ...invitation };
      return refuse(response, 401, `Unauthorized: ${reason}`, {
        code: -32001,
        headers: { "www-authenticate": formatChallenge(challenge) },
      });
    }

    function refuseScope(): false {
      const description = `The token needs the scope ${READ_SCOPE}`;
      const challenge = {
        error: "insufficient_scope",
        description,
        scopes: [READ_SCOPE],
        metadataUrl,
      } as const;
      return refuse(response, 403, `Forbidden: ${description}`, {
        code: -32001,
        headers: { "www-authenticate": formatChallenge(challenge) },
      });
    }
  };
}
