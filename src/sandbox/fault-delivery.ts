import type { ServerResponse } from "node:http";
import { type Answer, htmlAnswer, jsonAnswer, rawJsonAnswer, redirectAnswer } from "./answer.ts";
import type { Fault } from "./faults.ts";
import type { Pauses } from "./pauses.ts";
import { codeOfStatus, problemBody } from "./problems.ts";

/** Stands in for the response of an operation that a fault prevented from running. */
export const NOT_RUN: Answer = jsonAnswer(200, { sandbox: "the operation did not run" });

export function sendAnswer(response: ServerResponse, { status, headers, body }: Answer): void {
  response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body) }).end(body);
}

/** Applies a fault to a response; undefined if none is to be sent. */
export function spoilAnswer(answer: Answer, fault: Fault | undefined, nowMs: number): Answer | undefined {
  if (fault === undefined) return answer;
  switch (fault.kind) {
    case "silence":
    case "reset":
      return undefined;
    case "truncate":
    case "drip":
    case "latency":
    case "expireToken":
      return answer;
    case "rewrite":
      return rewriteAnswer(answer, fault.rewrite);
    default:
      return replaceAnswer(fault, nowMs);
  }
}

/** A response that is not JSON is left as it is. */
function rewriteAnswer(answer: Answer, rewrite: (body: unknown) => unknown): Answer {
  if (answer.headers["content-type"] !== "application/json") return answer;
  return { ...answer, body: JSON.stringify(rewrite(JSON.parse(answer.body))) };
}

type Replacement = Extract<Fault, { kind: "status" | "html" | "empty" | "text" | "oversize" | "redirect" }>;

function replaceAnswer(fault: Replacement, nowMs: number): Answer {
  switch (fault.kind) {
    case "status":
      if (fault.body !== undefined) return jsonAnswer(fault.status, fault.body, fault.headers);
      return rawJsonAnswer(
        fault.status,
        problemBody(codeOfStatus(fault.status), "injected fault", nowMs),
        fault.headers,
      );
    case "html":
      return htmlAnswer();
    case "empty":
      return { status: 200, headers: {}, body: "" };
    case "text":
      return {
        status: fault.status,
        headers: { "content-type": "text/plain; charset=utf-8" },
        body: fault.body,
      };
    case "oversize":
      return jsonAnswer(200, { list: [], nextPageToken: "", padding: "x".repeat(fault.bytes) });
    case "redirect":
      return redirectAnswer(fault.status, fault.location);
  }
}

/** Sends half of the response and cuts the connection. */
export function sendHalf(response: ServerResponse, { status, headers, body }: Answer): void {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, "content-length": bytes.length });
  response.write(bytes.subarray(0, bytes.length >> 1), () => response.destroy());
}

/** Sends the response byte by byte. */
export async function dripAnswer(
  response: ServerResponse,
  { status, headers, body }: Answer,
  ms: number,
  pauses: Pauses,
): Promise<void> {
  const bytes = Buffer.from(body);
  response.writeHead(status, { ...headers, "content-length": bytes.length });
  for (const byte of bytes) {
    if (response.destroyed) return;
    response.write(Uint8Array.of(byte));
    await pauses.wait(ms);
  }
  response.end();
}
