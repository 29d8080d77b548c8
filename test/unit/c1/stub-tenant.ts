import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { pino } from "pino";
import { type C1ClientOptions, createC1Client } from "../../../src/c1/client.ts";
import type { Answer, C1Api, Call } from "../../../src/c1/port.ts";
import { type Clock, readSteady, systemClock } from "../../../src/clock.ts";
import type { Credential } from "../../../src/config/credential.ts";
import { Failure } from "../../../src/errors.ts";
import { createRedactor } from "../../../src/log/redact.ts";

export interface Seen {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

export type Respond = (response: ServerResponse, seen: Seen, count: number) => void;

/** A server that answers as the test says, and records its requests. */
export interface Stub {
  readonly url: string;
  readonly api: Seen[];
  readonly mints: Seen[];
  /** `count` is 1 for the first request. */
  respond: Respond;
  respondToMint: Respond;
  close(): Promise<void>;
}

export async function startStub(respond: Respond = json(200, {})): Promise<Stub> {
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = "", url: path = "", headers } = request;
    const seen = { method, path, headers, body: Buffer.concat(chunks).toString() };
    const isMint = path === "/auth/v1/token";
    const list = isMint ? stub.mints : stub.api;
    list.push(seen);
    (isMint ? stub.respondToMint : stub.respond)(response, seen, list.length);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const stub: Stub = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    api: [],
    mints: [],
    respond,
    respondToMint: (response, _seen, count) => mint(`minted-token-${count}`)(response, _seen, count),
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return stub;
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): Respond {
  return raw(status, JSON.stringify(body), { "content-type": "application/json", ...headers });
}

export function raw(status: number, body: string, headers: Record<string, string> = {}): Respond {
  return (response) => void response.writeHead(status, headers).end(body);
}

export function mint(token: string, fields: Record<string, unknown> = {}): Respond {
  return json(200, { access_token: token, token_type: "Bearer", expires_in: 3600, ...fields });
}

export const silence: Respond = () => undefined;
export const reset: Respond = (response) => void response.socket?.resetAndDestroy();

/** Answers requests in turn; the last responder also answers all further requests. */
export function inTurn(...responds: Respond[]): Respond {
  return (response, seen, count) => responds[Math.min(count, responds.length) - 1]?.(response, seen, count);
}

export interface Client {
  readonly c1: C1Api;
  readonly logs: string[];
}

export const accessToken: Credential = { kind: "access_token", token: async () => "static-access-token" };

export const idAndSecret: Credential = {
  kind: "client_credentials",
  clientId: "clever-fox@acme.conductor.one/spc",
  clientSecret: async () => "plain-shared-secret",
};

/** A client of the stub whose retries do not wait. */
export function connect(url: string, options: Partial<C1ClientOptions> = {}): Client {
  const redactor = createRedactor();
  const logs: string[] = [];
  const logger = pino({ level: "debug" }, { write: (line: string) => void logs.push(line) });
  const c1 = createC1Client({
    serverUrl: url,
    tenant: "acme.conductor.one",
    credential: accessToken,
    redactor,
    logger,
    random: () => 0,
    ...options,
  });
  return { c1, logs };
}

export interface TestCall extends Call {
  readonly answers: Answer[];
}

export function call(timeoutMs = 10_000, clock: Clock = systemClock, signal?: AbortSignal): TestCall {
  const answers: Answer[] = [];
  return {
    signal: signal ?? new AbortController().signal,
    deadline: readSteady(clock) + timeoutMs,
    onAnswer: (answer) => void answers.push(answer),
    answers,
  };
}

export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  const error = await promise.then(
    () => new Error("it did not fail"),
    (reason: unknown) => reason,
  );
  if (error instanceof Failure) return error;
  throw error;
}

/** Lets pending work continue until the condition holds. */
export async function until(condition: () => boolean): Promise<void> {
  const giveUpAt = Date.now() + 45_000;
  while (!condition()) {
    if (Date.now() > giveUpAt) throw new Error("the awaited condition never came about");
    await new Promise((resolve) => setImmediate(resolve));
  }
}
