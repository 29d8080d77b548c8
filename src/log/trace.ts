import { AsyncLocalStorage } from "node:async_hooks";

/** Our part of a caller's trace (W3C Trace Context). */
export interface Span {
  readonly traceId: string;
  readonly spanId: string;
  readonly sampled: boolean;
  /** The caller's own span. */
  readonly parentId?: string;
}

/** A request to C1, in words that may leave the process. */
export interface SentRequest {
  /** Our name of the call, such as `apps.create`. */
  readonly operation: string;
  readonly method: string;
  /** Includes the port if it is not the scheme's default. */
  readonly host: string;
}

/** The outcome: a response's status, or why there was none. */
export interface SentEnd {
  readonly status?: number;
  readonly reason?: string;
}

export type Follower = <T extends SentEnd>(request: SentRequest, send: () => Promise<T>) => Promise<T>;

const TRACEPARENT =
  /^(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

const spans = new AsyncLocalStorage<Span>();

/** Our own span under the caller's; undefined if the text is not a valid `traceparent`. */
export function readTraceparent(text: unknown): Span | undefined {
  const match = typeof text === "string" && text.length <= 256 ? TRACEPARENT.exec(text) : null;
  const [, version, traceId = "", parentId = "", flags = "", rest] = match ?? [];
  // Version 00 has no more parts; later versions may.
  if (!match || (version === "00" && rest !== undefined)) return undefined;
  const sampled = (Number.parseInt(flags, 16) & 1) === 1;
  return { traceId, spanId: newSpanId(), sampled, parentId };
}

// Uses the global, because importing node:crypto would add a few milliseconds to every start.
const newSpanId = () => Buffer.from(crypto.getRandomValues(new Uint8Array(8))).toString("hex");

/** Runs work inside the caller's trace, if there is one: its log lines and its requests to C1 then carry the trace. */
export function withTrace<T>(traceparent: unknown, work: () => T): T {
  const span = readTraceparent(traceparent);
  return span ? spans.run(span, work) : work();
}

export const currentSpan = (): Span | undefined => spans.getStore();

export const runInSpan = <T>(span: Span, work: () => T): T => spans.run(span, work);

let follower: Follower | undefined;

/** From now on the follower sends each request to C1, so that it can have its own span. */
export function followRequests(by: Follower | undefined): void {
  follower = by;
}

export function sendFollowed<T extends SentEnd>(request: SentRequest, send: () => Promise<T>): Promise<T> {
  return follower ? follower(request, send) : send();
}

/** Fields for log lines and audit records; empty outside a trace. */
export function traceFields(): { readonly traceId?: string; readonly spanId?: string } {
  const span = spans.getStore();
  return span ? { traceId: span.traceId, spanId: span.spanId } : {};
}

/** Headers for outgoing requests; empty outside a trace. */
export function traceHeaders(): { readonly traceparent?: string } {
  const span = spans.getStore();
  return span ? { traceparent: `00-${span.traceId}-${span.spanId}-${span.sampled ? "01" : "00"}` } : {};
}
