import type { Dispatcher } from "undici";

export interface Outgoing {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

export type Headers = Readonly<Record<string, string | string[] | undefined>>;

export interface ArrivedAnswer {
  readonly kind: "answer";
  readonly status: number;
  readonly headers: Headers;
  /** Empty if the status indicates a failure and the body did not arrive completely. */
  readonly body: string;
  /** Set in that case: the content of the body is unknown. */
  readonly isCut?: true;
}

export interface BrokenExchange {
  readonly kind: "broken";
  readonly reason: "aborted" | "too_large" | "network";
  /** False only if no byte of the request can have reached the server. */
  readonly sent: boolean;
  /** The status line of a response that was cut off. */
  readonly head?: { readonly status: number; readonly headers: Headers };
  readonly error?: Error;
}

export type Exchange = ArrivedAnswer | BrokenExchange;

export interface Wire {
  readonly dispatcher: Dispatcher;
  readonly origin: string;
  readonly maxResponseBytes: number;
}

/** Sends one request and reads its response; redirects are not followed. Never rejects. */
export function exchange(wire: Wire, outgoing: Outgoing, signal: AbortSignal): Promise<Exchange> {
  return new Promise((resolve) => {
    let settled = false;
    let sent = false;
    let head: { status: number; headers: Headers } | undefined;
    let controller: Dispatcher.DispatchController | undefined;
    let size = 0;
    const chunks: Buffer[] = [];

    function settle(result: Exchange): void {
      if (settled) return;
      settled = true;
      signal.removeEventListener("abort", onAbort);
      resolve(result);
    }
    function breakOff(reason: BrokenExchange["reason"], error?: Error): void {
      // A failure status is worth reporting even if the body was lost.
      if (head && (head.status < 200 || head.status > 299))
        settle({ kind: "answer", ...head, body: "", isCut: true });
      else settle({ kind: "broken", reason, sent, ...(head && { head }), ...(error && { error }) });
      controller?.abort(new Error(`request ended: ${reason}`));
    }
    const onAbort = () => breakOff("aborted");

    if (signal.aborted) return onAbort();
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      wire.dispatcher.dispatch(
        { ...outgoing, origin: wire.origin, body: outgoing.body ?? null },
        {
          // undici calls this right before it writes to a connected socket, never earlier.
          onRequestStart(started) {
            // The request was abandoned while it waited for a connection, or is started a second time: it must not be sent now.
            if (settled || sent) return started.abort(new Error("request ended before it was sent"));
            controller = started;
            sent = true;
          },
          onResponseStart(_controller, status, headers) {
            if (status < 200) return;
            head = { status, headers };
            if (Number(headers["content-length"] ?? 0) > wire.maxResponseBytes) breakOff("too_large");
          },
          onResponseData(_controller, chunk) {
            size += chunk.length;
            if (size > wire.maxResponseBytes) breakOff("too_large");
            else chunks.push(chunk);
          },
          onResponseEnd() {
            if (head) settle({ kind: "answer", ...head, body: Buffer.concat(chunks).toString("utf8") });
          },
          onResponseError: (_controller, error) => breakOff("network", error),
        },
      );
    } catch (error) {
      breakOff("network", error instanceof Error ? error : new Error(String(error)));
    }
  });
}
