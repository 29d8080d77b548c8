import type { ServerResponse } from "node:http";
import type { Caller } from "../caller.ts";
import type { Logger } from "../log/logger.ts";
import { escapeText, showIdentity } from "../tools/show-identity.ts";
import { authorize } from "./authorize.ts";
import { formatChallenge } from "./challenge.ts";
import type { Grants } from "./grants/grants.ts";
import type { Guard } from "./guard.ts";
import type { TokenVerifier } from "./oauth.ts";
import { refuse } from "./refuse.ts";
import { ALL_SCOPES } from "./scopes.ts";
import type { StaticTokens } from "./static-tokens.ts";
import { BadToken, CannotRead, CannotVerify } from "./token-errors.ts";

export interface AuthOptions {
  readonly tokens?: StaticTokens | undefined;
  readonly oauth?: TokenVerifier | undefined;
  /** Recognises the access tokens that this server issued. */
  readonly grants?: Pick<Grants, "verify"> | undefined;
  /** URL of the metadata that names the authorization server. */
  readonly metadataUrl?: string | undefined;
  /** Scopes that a token needs for full use of this server. */
  readonly scopes: readonly string[];
  readonly logger: Logger;
}

/** Admits callers with a valid token. The token stays here: no code behind this guard sees it or can pass it on. */
export function isAuthenticated({ tokens, oauth, grants, metadataUrl, scopes, logger }: AuthOptions): Guard {
  const takesOAuth = oauth !== undefined || grants !== undefined;
  const invitation = takesOAuth ? { scopes, metadataUrl } : undefined;

  async function identify(token: string): Promise<Caller> {
    try {
      const known = await tokens?.find(token);
      if (known !== undefined) return holderOf(known);
    } catch (error) {
      // Unreadable static tokens must not lock out callers who come with an OAuth token.
      if (!takesOAuth || !(error instanceof CannotRead)) throw error;
    }
    const granted = await grants?.verify(token);
    if (granted) return granted;
    if (oauth === undefined) throw new BadToken("Unknown token");
    return oauth.verify(token);
  }

  function refuseForNow(response: ServerResponse, error: unknown): false {
    const headers = { "retry-after": "5" };
    if (error instanceof CannotRead) {
      // A load balancer may take this replica out of rotation and try another: the file is the one that this replica has.
      const message = "Service unavailable: the server's tokens cannot be read; nothing was done";
      return refuse(response, 503, message, { code: -32000, headers });
    }
    if (!(error instanceof CannotVerify)) throw error;
    logger.error({ reason: error.message }, "tokens cannot be verified");
    // Not 503: replicas answer 503 when they stop, and load balancers would take this one out of rotation.
    const message = "Bad gateway: the authorization server does not answer, so that no token can be verified";
    return refuse(response, 502, message, { code: -32000, headers });
  }

  return async (request, response) => {
    const header = request.headers.authorization;
    delete request.headers.authorization;
    const token = /^Bearer +([^\s,]+) *$/i.exec(header ?? "")?.[1];
    try {
      if (token === undefined) throw new BadToken("No bearer token was sent");
      const caller = await identify(token);
      const result = authorize(caller, { metadataUrl, byTool: grants !== undefined });
      if ("challenge" in result) {
        // Its body is not read, so the attempted write, if it is one, leaves no audit record.
        logger.info({ reason: result.message, ...showUnscoped(caller) }, "caller refused");
        return refuseWith(response, 403, result.message, result.challenge);
      }
      request.caller = result;
      return true;
    } catch (error) {
      if (error instanceof BadToken) return refuseToken(error);
      return refuseForNow(response, error);
    }

    function refuseToken({ message: reason, whose }: BadToken): false {
      if (header !== undefined) logger.info({ reason, ...whose }, "caller refused");
      const challenge =
        header === undefined
          ? { ...invitation }
          : { error: "invalid_token" as const, ...(takesOAuth && { description: reason }), ...invitation };
      return refuseWith(response, 401, `Unauthorized: ${reason}`, formatChallenge(challenge));
    }
  };
}

/** The holder of a static token may do everything. */
function holderOf(place: string): Caller {
  return { name: place, scopes: ALL_SCOPES, identity: { kind: "token", place } };
}

/** What the log says of a caller who lacks the scope to be admitted. */
function showUnscoped({ identity, scopes }: Caller) {
  const { issuer, subject, clientId } = showIdentity(identity) ?? {};
  return { issuer, subject, clientId, scopes: escapeText(scopes.join(" ")) };
}

function refuseWith(response: ServerResponse, status: number, message: string, challenge: string): false {
  return refuse(response, status, message, { code: -32001, headers: { "www-authenticate": challenge } });
}
