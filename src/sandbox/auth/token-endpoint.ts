import type { IncomingHttpHeaders } from "node:http";
import type { Clock } from "../../clock.ts";
import { type Answer, jsonAnswer } from "../answer.ts";
import { type Assertions, ID_JAG } from "../ema/assertions.ts";
import type { AccessTokens, Caller } from "./access-tokens.ts";
import { checkAssertion } from "./check-assertion.ts";
import { checkSubjectToken } from "./check-subject-token.ts";
import { ASSERTION_UNSUPPORTED_ERROR, invalidClient, invalidRequest, OAuthProblem } from "./oauth-problem.ts";
import type { Principals } from "./principals.ts";
import type { AuthSwitches } from "./switches.ts";

const TOKEN_EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const JWT_TOKEN_TYPE = "urn:ietf:params:oauth:token-type:jwt";
const JWT_BEARER = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

export interface TokenEndpoint {
  /** The tenant's host with its port. */
  readonly host: string;
  readonly principals: Principals;
  readonly tokens: AccessTokens;
  readonly switches: AuthSwitches;
  readonly clock: Clock;
  readonly usedNonces: Set<string>;
  /** Issues assertions for people, to servers that the tenant governs. */
  readonly assertions: Assertions;
  /** The identity that workload federation maps to. */
  readonly federated: Caller;
}

/** Answers `POST /auth/v1/token`. */
export async function answerTokenRequest(
  endpoint: TokenEndpoint,
  request: { method: string; headers: IncomingHttpHeaders; body: Buffer },
): Promise<Answer> {
  try {
    const form = readForm(request);
    if (endpoint.switches.dpop === true) {
      throw new OAuthProblem(400, "use_dpop_nonce", "a DPoP proof with this nonce is required", {
        "dpop-nonce": "c2FuZGJveC1kcG9wLW5vbmNl",
      });
    }
    if (form.get("requested_token_type") === ID_JAG)
      return jsonAnswer(200, await endpoint.assertions.exchange(form));
    const caller = await proveCaller(endpoint, form);
    return jsonAnswer(200, {
      access_token: endpoint.tokens.issue(caller),
      token_type: endpoint.switches.dpop === "token_type" ? "DPoP" : "Bearer",
      expires_in: endpoint.tokens.lifetimeSeconds,
    });
  } catch (error) {
    if (error instanceof OAuthProblem) return error.toAnswer();
    throw error;
  }
}

/** Parameters must be in the body and may occur only once. */
function readForm(request: { method: string; headers: IncomingHttpHeaders; body: Buffer }): URLSearchParams {
  if (request.method !== "POST")
    throw new OAuthProblem(405, "invalid_request", "use POST", { allow: "POST" });
  if (/^basic /i.test(request.headers.authorization ?? "")) {
    throw invalidClient("Basic authentication is not accepted: put the credential into the body");
  }
  if (!/^application\/x-www-form-urlencoded(;|$)/i.test(request.headers["content-type"] ?? "")) {
    throw invalidRequest("the body must be application/x-www-form-urlencoded");
  }
  const form = new URLSearchParams(request.body.toString("utf8"));
  for (const name of form.keys()) {
    if (form.getAll(name).length > 1) throw invalidRequest(`${name} is given more than once`);
  }
  return form;
}

async function proveCaller(endpoint: TokenEndpoint, form: URLSearchParams): Promise<Caller> {
  switch (form.get("grant_type")) {
    case "client_credentials":
      return proveClient(endpoint, form);
    case TOKEN_EXCHANGE:
      exchangeToken(endpoint, form);
      return endpoint.federated;
    case null:
      throw invalidRequest("grant_type is missing");
    default:
      throw new OAuthProblem(400, "unsupported_grant_type", "this grant type is not supported");
  }
}

async function proveClient(endpoint: TokenEndpoint, form: URLSearchParams): Promise<Caller> {
  const secret = form.get("client_secret");
  const assertion = form.get("client_assertion");
  if ((secret === null) === (assertion === null)) {
    throw invalidRequest("give either client_secret or client_assertion");
  }
  const principal = endpoint.principals.find(form.get("client_id"));
  if (principal === undefined) throw invalidClient("unknown client");
  const { credential, caller } = principal;
  if (assertion === null) {
    if (secret !== credential.clientSecret) throw invalidClient("wrong client secret");
    return caller;
  }
  if (endpoint.switches.assertion === "unsupported") {
    const { error, error_description } = ASSERTION_UNSUPPORTED_ERROR;
    throw new OAuthProblem(400, error, error_description);
  }
  if (form.get("client_assertion_type") !== JWT_BEARER) {
    throw invalidRequest(`client_assertion_type must be ${JWT_BEARER}`);
  }
  await checkAssertion(assertion, credential, endpoint.clock.now(), endpoint.usedNonces);
  return caller;
}

function exchangeToken({ host: own, clock }: TokenEndpoint, form: URLSearchParams): void {
  const [, host] = /^[^@\s]+@([^/\s]+)\/wfe$/.exec(form.get("client_id") ?? "") ?? [];
  if (host !== own) throw invalidClient("client_id must be a workload federation trust of this tenant");
  if (form.get("subject_token_type") !== JWT_TOKEN_TYPE) {
    throw invalidRequest(`subject_token_type must be ${JWT_TOKEN_TYPE}`);
  }
  checkSubjectToken(form.get("subject_token") ?? "", own, clock.now());
}
