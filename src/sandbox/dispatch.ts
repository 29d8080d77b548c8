import type { IncomingHttpHeaders } from "node:http";
import { type Answer, htmlAnswer, jsonAnswer, rawJsonAnswer, redirectAnswer } from "./answer.ts";
import type { Caller } from "./auth/access-tokens.ts";
import { checkRoles, type OperationGate } from "./auth/operation-gate.ts";
import { answerTokenRequest, type TokenEndpoint } from "./auth/token-endpoint.ts";
import { answerIssuerRequest, isIssuerPath } from "./ema/pages.ts";
import { isId } from "./ids.ts";
import { parseJsonBody } from "./json-body.ts";
import {
  ApiProblem,
  invalidArgument,
  malformedId,
  notFound,
  problemBody,
  unimplemented,
} from "./problems.ts";
import { type Match, matchRoute } from "./routes.ts";
import type { Operation, Tenant } from "./tenant.ts";

const TOKEN_PATH = "/auth/v1/token";
const API_PATH = /^\/api\/v[12](\/|$)/;

export interface World {
  readonly tenant: Tenant;
  readonly tokenEndpoint: TokenEndpoint;
  readonly gate: OperationGate;
}

export interface Incoming {
  readonly method: string;
  /** The request target as received: undecoded, with its query. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What a request asks for, before any checks. */
export type Purpose =
  | { readonly kind: "token" }
  | { readonly kind: "issuer" }
  | { readonly kind: "page" }
  | { readonly kind: "bad path" }
  | { readonly kind: "api"; readonly match: Match };

export function readPurpose(method: string, target: string): Purpose {
  const path = pathOf(target);
  if (path === TOKEN_PATH) return { kind: "token" };
  if (isIssuerPath(path)) return { kind: "issuer" };
  if (!API_PATH.test(path)) return { kind: "page" };
  try {
    const segments = path.slice(1).split("/").map(decodeURIComponent);
    return { kind: "api", match: matchRoute(method, segments) };
  } catch {
    return { kind: "bad path" };
  }
}

/** The operation's name in tests and records; undefined if the request matches none. */
export function nameOperation(purpose: Purpose): { name: string | undefined; writes: boolean } {
  if (purpose.kind === "token") return { name: "token", writes: false };
  if (purpose.kind !== "api" || purpose.match.kind !== "operation") return { name: undefined, writes: false };
  return purpose.match.operation;
}

/** Runs a request and returns its response. */
export async function dispatch(world: World, purpose: Purpose, request: Incoming): Promise<Answer> {
  const now = world.tenant.clock.now();
  try {
    if (purpose.kind === "page") return htmlAnswer();
    if (purpose.kind === "token") return await answerTokenRequest(world.tokenEndpoint, request);
    if (purpose.kind === "issuer") {
      const { assertions } = world.tokenEndpoint;
      return await answerIssuerRequest(pathOf(request.target), assertions, request.body);
    }
    const caller = world.tokenEndpoint.tokens.authenticate(request.headers.authorization);
    if (purpose.kind === "bad path") throw invalidArgument("malformed percent-encoding in the path");
    return answerApiRequest(world, purpose.match, request, caller);
  } catch (error) {
    const problem =
      error instanceof ApiProblem ? error : new ApiProblem(13, `internal error: ${String(error)}`);
    return rawJsonAnswer(problem.status, problemBody(problem.code, problem.message, now));
  }
}

function answerApiRequest(world: World, match: Match, request: Incoming, caller: Caller): Answer {
  if (match.kind === "redirect") return redirectAnswer(301, `${match.location}${searchOf(request.target)}`);
  if (match.kind === "wrong method") throw unimplemented();
  if (match.kind === "unknown") throw notFound();
  const { operation, params } = match;
  world.gate.check(operation);
  checkRoles(caller.roles ?? world.tenant.auth.roles, operation);
  checkPathIds(params);
  const query = new URLSearchParams(searchOf(request.target));
  if (world.tenant.rejectUnknownFields) checkQuery(operation, query);
  const body =
    operation.method === "GET" ? {} : parseJsonBody(operation.method, request.headers, request.body);
  return jsonAnswer(200, operation.run({ tenant: world.tenant, caller, params, query, body }));
}

function checkPathIds(params: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(params)) {
    if (name.endsWith("id") && !isId(value)) throw malformedId(`path parameter ${name}`);
  }
}

function checkQuery({ query = [] }: Operation, given: URLSearchParams): void {
  for (const name of given.keys()) {
    if (!query.includes(name)) throw invalidArgument(`unknown query parameter "${name}"`);
  }
}

function pathOf(target: string): string {
  return target.split("?", 1)[0] ?? "";
}

function searchOf(target: string): string {
  return target.slice(pathOf(target).length);
}
