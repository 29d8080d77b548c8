import { type Clock, readSteady } from "../clock.ts";
import { Failure } from "../errors.ts";
import type { Redactor } from "../log/redact.ts";
import type { TokenSource } from "./auth/token-source.ts";
import type { ArrivedAnswer, Exchange } from "./exchange.ts";
import { isErrorObject, leavesOpen } from "./grpc-code.ts";
import { explainBroken, isTransient, wasCut } from "./network-problem.ts";
import { type Fields, parseObject } from "./parse.ts";
import type { Call } from "./port.ts";
import { CHECK_OUTCOME, explainAnswer, type Subject, TRY_LATER } from "./problem.ts";
import { firstOf, readReason } from "./reason.ts";
import { type AttemptResult, withRetries } from "./retry.ts";
import type { Transport } from "./transport.ts";

/** The share of the remaining time that sending a write may use; the rest is reserved for establishing its outcome. */
const WRITE_SHARE = 0.6;

const TRANSIENT_STATUSES = new Set([502, 503, 504]);

export interface ApiRequest<T> extends Subject {
  readonly method: "GET" | "POST";
  /** From `buildPath`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  /** JSON text. A POST without a body sends `{}`, because C1 rejects an empty one. */
  readonly body?: string;
  /** Whether an empty body is a valid response, as for operations that return nothing. */
  readonly mayBeEmpty?: boolean;
  /** Reads the response, given the tenant's time of it; undefined if it lacks what was asked for. */
  readonly parse: (answer: Fields, date?: number) => T | undefined;
}

export interface Http {
  request<T>(request: ApiRequest<T>, call: Call): Promise<T>;
}

export interface HttpOptions {
  readonly transport: Transport;
  readonly tokens: TokenSource;
  readonly redactor: Redactor;
  readonly clock: Clock;
  readonly random: () => number;
  /** Called with each response, before any of it is used. */
  readonly prime?: (() => Promise<void>) | undefined;
}

/** Sends requests with a token, retries them, and describes failures. Rejects with a Failure, as `port.ts` promises. */
export function createHttp(options: HttpOptions): Http {
  const { transport, tokens, redactor, clock } = options;

  async function send<T>(request: ApiRequest<T>, token: string, call: Call): Promise<Exchange> {
    call.beforeSend?.();
    const result = await transport.send(
      {
        operation: request.operation,
        method: request.method,
        path: request.path + formatQuery(request.query),
        headers: {
          authorization: `Bearer ${token}`,
          ...(request.method === "POST" && { "content-type": "application/json" }),
        },
        ...(request.method === "POST" && { body: request.body ?? "{}" }),
      },
      { signal: call.signal, deadline: sendDeadline(request, call) },
    );
    await options.prime?.();
    reportAnswer(result, call);
    return result;
  }

  function sendDeadline({ write }: Subject, call: Call): number {
    const now = readSteady(clock);
    return write ? now + (call.deadline - now) * WRITE_SHARE : call.deadline;
  }

  function reportAnswer(result: Exchange, call: Call): void {
    const head = result.kind === "answer" ? result : result.head;
    if (!head) return;
    // Only failure messages need the id, so large successful bodies are not parsed twice.
    const body = result.kind === "answer" && head.status >= 400 ? result.body : "";
    const { requestId } = readReason(body, head.headers, redactor);
    const date = readDate(head.headers);
    call.onAnswer?.({
      status: head.status,
      ...(requestId !== undefined && { requestId }),
      ...(date !== undefined && { date }),
    });
  }

  function judge<T>(
    request: ApiRequest<T>,
    result: Exchange,
    call: Call,
    waitedMs: number,
  ): AttemptResult<T> {
    if (result.kind === "broken") {
      const { host, proxied } = transport;
      const cancelled = call.signal.aborted;
      const failure = explainBroken(result, request, { host, proxied, cancelled, waitedMs, redactor });
      const isCut = wasCut(result) && !cancelled;
      return { ok: false, failure, again: !request.write && isTransient(result), isCut };
    }
    if (result.status < 200 || result.status > 299) {
      const failure = explainAnswer(result, request, redactor, clock.now(), call.mask);
      const again =
        failure.code === "rate_limited" || (!request.write && TRANSIENT_STATUSES.has(result.status));
      return { ok: false, failure, again };
    }
    return readAnswer(request, result);
  }

  function readAnswer<T>(request: ApiRequest<T>, result: ArrivedAnswer): AttemptResult<T> {
    const answer = request.mayBeEmpty && result.body === "" ? {} : parseObject(result.body);
    const value =
      answer && !isErrorObject(answer) ? request.parse(answer, readDate(result.headers)) : undefined;
    if (value !== undefined) return { ok: true, value };
    return { ok: false, failure: explainUseless(request, result, answer !== undefined), again: false };
  }

  function explainUseless(request: Subject, answer: ArrivedAnswer, isJson: boolean): Failure {
    const { requestId } = readReason("", answer.headers, redactor);
    const got = isJson ? "an answer that does not fit it" : "something that is not JSON";
    const what = `${transport.host} answered the request to ${request.operation} with ${got} (HTTP ${answer.status}).`;
    const { status } = answer;
    const facts = requestId === undefined ? {} : { requestId };
    if (request.write)
      return new Failure("outcome_unknown", what, {
        ...facts,
        status,
        changed: "maybe",
        next: CHECK_OUTCOME,
      });
    // Even if a response does not come from the API, its status is meaningful: there is no such operation.
    const next = `Check the tenant address. ${TRY_LATER}`;
    return new Failure("unavailable", what, { ...facts, ...(!isJson && { status }), next });
  }

  return {
    request<T>(request: ApiRequest<T>, call: Call): Promise<T> {
      let mayRenew = true;
      async function attempt(): Promise<AttemptResult<T>> {
        const token = await tokens.getToken(call);
        let started = readSteady(clock);
        let result = await send(request, token, call);
        // A request answered with 401 did not run, so even a write may be sent again, once.
        if (mayRenew && isRefused(result, request) && tokens.dropToken(token)) {
          mayRenew = false;
          const fresh = await tokens.getToken(call);
          started = readSteady(clock);
          result = await send(request, fresh, call);
        }
        return judge(request, result, call, readSteady(clock) - started);
      }
      return withRetries(attempt, call, options);
    },
  };
}

function isRefused(result: Exchange, { write }: Subject): boolean {
  return result.kind === "answer" && result.status === 401 && !(write && leavesOpen(result));
}

function readDate(headers: ArrivedAnswer["headers"]): number | undefined {
  const date = Date.parse(firstOf(headers.date) ?? "");
  return Number.isNaN(date) ? undefined : date;
}

function formatQuery(query: ApiRequest<unknown>["query"] = {}): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) params.set(name, String(value));
  return params.size === 0 ? "" : `?${params}`;
}
