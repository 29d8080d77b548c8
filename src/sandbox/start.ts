import { type Clock, systemClock } from "../clock.ts";
import { AccessTokens, type Caller } from "./auth/access-tokens.ts";
import { OperationGate } from "./auth/operation-gate.ts";
import { Principals } from "./auth/principals.ts";
import { type AuthSwitches, createSwitches } from "./auth/switches.ts";
import { Assertions } from "./ema/assertions.ts";
import { type Front, handleExchange } from "./exchange.ts";
import { FaultQueue } from "./faults.ts";
import { closeServer, openServer } from "./http-server.ts";
import { Pauses } from "./pauses.ts";
import { type RecordedRequest, RequestLog } from "./request-log.ts";
import { PEOPLE, seedState } from "./seed.ts";
import type { TenantState } from "./state.ts";

export type { AuthSwitches } from "./auth/switches.ts";
export type { AgentClient, Assertions, ResourceServer } from "./ema/assertions.ts";
export type { Fault, FaultQueue, FaultRule } from "./faults.ts";
export type { RecordedRequest } from "./request-log.ts";
export type { TenantState } from "./state.ts";

export interface SandboxOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  readonly clock?: Clock;
  readonly tokenLifetimeSeconds?: number;
  /** Delay until reads show the owners of an app; default 45 s, as seen on real tenants. */
  readonly appOwnerDelayMs?: number;
  /** Delay until reads show the owners of a connector; default 0. Whether the real API delays them is not known. */
  readonly connectorOwnerDelayMs?: number;
  /** Delay until reads show created apps and connectors; default 0. */
  readonly objectDelayMs?: number;
  /** A sync starts this long after it was requested (default 300 ms) and takes `syncMs` (default 700 ms). */
  readonly syncQueueMs?: number;
  readonly syncMs?: number;
  /** Whether a connector shows the end of its last sync until the next one starts, as if none was queued; default false. */
  readonly staleStatus?: boolean;
  readonly maxBodyBytes?: number;
  /** The sandbox's name as an issuer of assertions, if it is reached by another address than its own. */
  readonly issuer?: string;
  /** How many generated people and apps to add to the seeded ones; default 0. */
  readonly people?: number;
  readonly apps?: number;
  /** Whether request fields and query parameters that the API does not have are refused; default true. */
  readonly rejectUnknownFields?: boolean;
}

/** A credential in addition to the sandbox's own. */
export interface SandboxPrincipal {
  readonly clientId: string;
  readonly clientSecret: string;
  /** Refuses the credential and its tokens from now on. */
  revoke(): void;
}

export interface Sandbox {
  readonly serverUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The last 10,000 requests. */
  readonly requests: readonly RecordedRequest[];
  readonly faults: FaultQueue;
  readonly state: TenantState;
  readonly auth: AuthSwitches;
  /** The tenant as an issuer of identity assertions. */
  readonly assertions: Assertions;
  /** How many token requests were answered, including refusals. */
  readonly counts: { readonly tokens: number };
  /** Issues a valid bearer token for the credential's own user. */
  issueToken(lifetimeSeconds?: number): string;
  revokeAllTokens(): void;
  /** Issues a credential for a user of the tenant. Default roles: those of `auth`. */
  addPrincipal(caller: Caller): SandboxPrincipal;
  /** From now on the operation ("apps.create") responds with 403; `notFound` with 404, `notImplemented` with 501. */
  forbid(operation: string): void;
  notFound(operation: string): void;
  notImplemented(operation: string): void;
  /** From now on every API path except these operations responds with 404. */
  only(operations: readonly string[]): void;
  /** Reverses `forbid`, `notFound`, `notImplemented` and `only`. */
  allowAll(): void;
  close(): Promise<void>;
}

const LOG_LENGTH = 10_000;
const MAX_BODY_BYTES = 4 * 1024 * 1024;
const OWN_CALLER: Caller = { kind: "person", userId: PEOPLE.caller.id };
const FEDERATED: Caller = { kind: "service", userId: PEOPLE.service.id };

/** Starts a seeded C1 tenant on loopback. It lives in memory only, until it is closed. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const clock = options.clock ?? systemClock;
  const { server, port } = await openServer(options.port ?? 0);
  const host = `127.0.0.1:${port}`;
  const tokens = new AccessTokens(clock, options.tokenLifetimeSeconds ?? 600);
  const principals = new Principals(host, tokens);
  const { credential } = principals.add(OWN_CALLER);
  const auth = createSwitches();
  const gate = new OperationGate();
  const state = seedState(options);
  const assertions = new Assertions(options.issuer ?? `http://${host}`, clock, state.users);
  const front: Front = {
    world: {
      tenant: {
        state,
        clock,
        auth,
        rejectUnknownFields: options.rejectUnknownFields ?? true,
        staleStatus: options.staleStatus ?? false,
        delays: {
          appOwnerMs: options.appOwnerDelayMs ?? 45_000,
          connectorOwnerMs: options.connectorOwnerDelayMs ?? 0,
          objectMs: options.objectDelayMs ?? 0,
          syncQueueMs: options.syncQueueMs ?? 300,
          syncMs: options.syncMs ?? 700,
        },
      },
      tokenEndpoint: {
        host,
        principals,
        tokens,
        switches: auth,
        clock,
        usedNonces: new Set(),
        assertions,
        federated: FEDERATED,
      },
      gate,
    },
    faults: new FaultQueue(),
    pauses: new Pauses(clock),
    log: new RequestLog(LOG_LENGTH),
    counts: { tokens: 0 },
    maxBodyBytes: options.maxBodyBytes ?? MAX_BODY_BYTES,
  };
  server.on("request", (request, response) => {
    response.on("error", () => {});
    handleExchange(front, request, response).catch(() => response.destroy());
  });
  let closing: Promise<void> | undefined;
  return {
    serverUrl: `http://127.0.0.1:${port}`,
    clientId: credential.clientId,
    clientSecret: credential.clientSecret,
    requests: front.log.entries,
    faults: front.faults,
    state,
    auth,
    assertions,
    counts: front.counts,
    issueToken: (lifetimeSeconds) => tokens.issue(OWN_CALLER, lifetimeSeconds),
    revokeAllTokens: () => tokens.revokeAll(),
    addPrincipal(caller) {
      const principal = principals.add(caller);
      const { clientId, clientSecret } = principal.credential;
      return { clientId, clientSecret, revoke: () => principals.revoke(principal) };
    },
    forbid: (operation) => gate.forbid(operation),
    notFound: (operation) => gate.notFound(operation),
    notImplemented: (operation) => gate.notImplemented(operation),
    only: (operations) => gate.only(operations),
    allowAll: () => gate.allowAll(),
    close() {
      front.pauses.stop();
      closing ??= closeServer(server);
      return closing;
    },
  };
}
