import type { IncomingMessage, ServerResponse } from "node:http";
import { type Answer, rawJsonAnswer } from "./answer.ts";
import { dispatch, type Incoming, nameOperation, type Purpose, readPurpose, type World } from "./dispatch.ts";
import { dripAnswer, NOT_RUN, sendAnswer, sendHalf, spoilAnswer } from "./fault-delivery.ts";
import type { ActiveFault, FaultQueue } from "./faults.ts";
import { readBody } from "./http-server.ts";
import type { Pauses } from "./pauses.ts";
import { problemBody } from "./problems.ts";
import { describeBody, type RequestLog } from "./request-log.ts";

const REFUSED_TOKEN = 401;

export interface Front {
  readonly world: World;
  readonly faults: FaultQueue;
  readonly pauses: Pauses;
  readonly log: RequestLog;
  readonly counts: { tokens: number };
  readonly maxBodyBytes: number;
}

/** Handles one request: reads it, records it, runs it, and sends the response, altered by a fault if one applies. */
export async function handleExchange(
  front: Front,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = "", url: target = "" } = request;
  const purpose = readPurpose(method, target);
  const { name, writes } = nameOperation(purpose);
  const userId = front.world.tokenEndpoint.tokens.find(request.headers.authorization)?.userId;
  const entry = front.log.open({ method, path: target, operation: name, writes, userId });
  const body = await readBody(request, front.maxBodyBytes);
  if (body === "aborted") return;
  if (body === "too large") {
    entry.status = 413;
    dateAnswer(front, response);
    return sendAnswer(response, refuseSize(front));
  }
  entry.body = describeBody(body);
  const taken = front.faults.take(method, name);
  const answer = await runRequest(front, purpose, { method, target, headers: request.headers, body }, taken);
  // Nothing took effect: an answer that passes for success would be a lie that no client could detect.
  const fault = taken?.when === "after" && answer?.status === REFUSED_TOKEN ? undefined : taken;
  const spoilt = answer && spoilAnswer(answer, fault, now(front));
  // Recorded before any byte is sent, so that whoever has the response also finds the record.
  if (spoilt !== undefined && !response.destroyed) {
    entry.status = spoilt.status;
    if (name === "token") front.counts.tokens += 1;
  }
  await deliver(front, response, spoilt, fault);
}

/** Runs the operation unless a fault prevents it; undefined if the sandbox was closed in the meantime. */
async function runRequest(
  front: Front,
  purpose: Purpose,
  request: Incoming,
  fault: ActiveFault | undefined,
): Promise<Answer | undefined> {
  const run = () => dispatch(front.world, purpose, request);
  if (fault === undefined || fault.when === "after") return run();
  switch (fault.kind) {
    case "latency":
      return (await front.pauses.wait(fault.ms)) ? run() : undefined;
    case "expireToken":
      front.world.tokenEndpoint.tokens.revokeAll();
      return run();
    // These faults alter a response, so a read has to run to produce one.
    case "truncate":
    case "drip":
    case "rewrite":
      return nameOperation(purpose).writes ? NOT_RUN : run();
    default:
      return NOT_RUN;
  }
}

async function deliver(
  front: Front,
  response: ServerResponse,
  answer: Answer | undefined,
  fault: ActiveFault | undefined,
): Promise<void> {
  if (fault?.kind === "reset") response.socket?.resetAndDestroy();
  if (fault?.when === "after" && fault.kind === "expireToken") front.world.tokenEndpoint.tokens.revokeAll();
  if (fault?.when === "after" && fault.kind === "latency" && !(await front.pauses.wait(fault.ms))) return;
  if (answer === undefined || response.destroyed) return;
  dateAnswer(front, response);
  if (fault?.kind === "truncate") return sendHalf(response, answer);
  if (fault?.kind === "drip") return dripAnswer(response, answer, fault.ms, front.pauses);
  sendAnswer(response, answer);
}

/** Node would write the real time, which is not the time that the tenant's rows are stamped with. */
function dateAnswer(front: Front, response: ServerResponse): void {
  response.setHeader("date", new Date(now(front)).toUTCString());
}

function refuseSize(front: Front): Answer {
  return rawJsonAnswer(
    413,
    problemBody(3, `the request body exceeds ${front.maxBodyBytes} bytes`, now(front)),
  );
}

function now(front: Front): number {
  return front.world.tenant.clock.now();
}
