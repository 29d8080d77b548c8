import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Logger } from "../log/logger.ts";
import { httpAnswered } from "../log/signals.ts";
import type { McpFetch } from "../mcp/http.ts";
import type { TrackedCalls } from "../mcp/track-calls.ts";
import type { Rates } from "../replicas/port.ts";
import { hasRoom } from "./body-room.ts";
import { type CallerLimits, isWithinLimits } from "./caller-limits.ts";
import { createGate, type Gate } from "./gate.ts";
import type { Guard, Incoming } from "./guard.ts";
import { type Check, createHealth } from "./health.ts";
import { type Addressing, isAddressed } from "./hosts.ts";
import { mountMcp } from "./mount-mcp.ts";
import { refuse } from "./refuse.ts";
import { refuseStopping } from "./refuse-stopping.ts";
import { createRefusedNames } from "./refused-names.ts";
import { isJson, isMcpPath, isPost, isSmall } from "./request-guards.ts";
import { isNotMetadata, type Resource } from "./resource.ts";
import { limitTime, TIME_LIMITS, type TimeLimits } from "./time-limits.ts";

export interface FrontOptions {
  readonly mcp: McpFetch;
  readonly logger: Logger;
  /** Default: loopback names only. */
  readonly addressing?: Addressing | undefined;
  /** Default: everyone is admitted; for the sandbox only. */
  readonly auth?: Guard | undefined;
  /** Answers requests to the authorization server, if this server is one. */
  readonly grants?: Guard | undefined;
  /** Present if OAuth is configured. */
  readonly resource?: Resource | undefined;
  /** Default: no limits. */
  readonly callerLimits?:
    | (CallerLimits & { readonly rates: Rates } & Partial<Pick<TrackedCalls, "left">>)
    | undefined;
  readonly timeLimits?: Partial<TimeLimits> | undefined;
  /** Conditions for `/readyz` to report ready. */
  readonly checks?: Readonly<Record<string, Check>> | undefined;
  readonly gate?: Gate | undefined;
  /** Answers requests for the page, which does its own checks; resolves to false for any other request. */
  readonly servePage?: ((request: IncomingMessage, response: ServerResponse) => Promise<boolean>) | undefined;
}

/** Creates the HTTP server. Everything that can be judged from a request's head is judged before its body is read. */
export function createFront(options: FrontOptions): Server {
  const { mcp, logger, auth, resource, callerLimits: limits, gate = createGate() } = options;
  const times = { ...TIME_LIMITS, ...options.timeLimits };
  const answerProbe = createHealth(gate, options.checks ?? {});
  const handle = mountMcp(mcp);
  const guards: readonly Guard[] = [
    isAddressed(options.addressing ?? { hosts: [], origins: [], loopback: true }, createRefusedNames(logger)),
    ...(resource ? [isNotMetadata(resource)] : []),
    ...(options.grants ? [options.grants] : []),
    isMcpPath,
    isPost,
    isTaken(gate),
    ...(auth ? [auth] : []),
    isJson,
    isSmall,
    ...(limits ? [isWithinLimits(limits, limits.rates, limits.left)] : []),
    hasRoom(),
  ];

  function reportError(error: unknown): void {
    // A caller who disconnects midway is not a server error.
    const gone = ["ECONNRESET", "ERR_STREAM_PREMATURE_CLOSE"].includes(
      (error as { code?: string }).code ?? "",
    );
    if (gone) logger.debug({ err: error }, "the caller disconnected");
    else logger.error({ err: error }, "http request failed");
  }

  async function answer(
    request: Incoming,
    response: ServerResponse,
    mayContinue?: () => void,
  ): Promise<void> {
    // Each guard listens for the end of the response, and streams add several listeners: more than Node's default limit.
    response.setMaxListeners(20);
    gate.admit(response);
    response.once("close", () =>
      httpAnswered.tell({ status: response.headersSent ? response.statusCode : 499 }),
    );
    if (await answerProbe(request, response)) return;
    if (isOpen(gate) && (await options.servePage?.(request, response))) return;
    for (const guard of guards) if (!(await guard(request, response))) return;
    mayContinue?.();
    limitTime(response, times);
    await handle(request, response);
  }

  function serve(request: Incoming, response: ServerResponse, mayContinue?: () => void): void {
    if (crowded) {
      crowded = false;
      server.closeIdleConnections();
    }
    answer(request, response, mayContinue).catch((error: unknown) => {
      reportError(error);
      if (response.headersSent) response.destroy();
      else refuse(response, 500, "Internal error", { code: -32603 });
    });
  }

  const server = createServer({
    headersTimeout: times.headersMs,
    requestTimeout: times.requestMs,
    connectionsCheckingInterval: times.checkMs,
    keepAliveTimeout: times.idleMs,
  });
  server.maxConnections = times.maxConnections;
  server.on("request", (request, response) => serve(request, response));
  // A client that sends `Expect: 100-continue` is told to continue only if its body will be read.
  server.on("checkContinue", (request, response) => serve(request, response, () => response.writeContinue()));
  let connections = 0;
  // Idle connections must not keep new callers out. They are closed on the next request rather than at once, because Node 26 also
  // counts a connection that was just opened as idle.
  let crowded = false;
  let isFull = false;
  server.on("connection", (socket) => {
    gate.connect(socket);
    connections += 1;
    crowded ||= connections > times.maxConnections * 0.9;
    socket.once("close", () => {
      connections -= 1;
      // Only then, so that one connection more or less does not fill the log.
      if (connections < times.maxConnections * 0.9) isFull = false;
    });
  });
  server.on("drop", () => {
    if (!isFull) logger.warn({ connections }, "new connections are refused, because too many are open");
    isFull = true;
  });
  return server;
}

function isOpen({ phase }: Gate): boolean {
  return phase === "serving" || phase === "leaving";
}

/** While stopping, the server answers requests without running them, so that a load balancer can try another replica. */
function isTaken(gate: Gate): Guard {
  return (_request, response) => isOpen(gate) || refuseStopping(response);
}
