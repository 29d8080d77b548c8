import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { explainBroken, isTransient } from "../../../src/c1/network-problem.ts";
import type { C1Api, Call } from "../../../src/c1/port.ts";
import { createRedactor } from "../../../src/log/redact.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import {
  call,
  connect,
  failureOf,
  inTurn,
  json,
  reset,
  type Stub,
  silence,
  startStub,
  until,
} from "./stub-tenant.ts";

let stub: Stub;
let c1: C1Api;

beforeEach(async () => {
  stub = await startStub(silence);
  c1 = connect(stub.url).c1;
});
afterEach(async () => {
  await c1.close();
  await stub.close();
});

const read = (limits: Call) => c1.apps.get("a10000000000000000000000000", limits);
const write = (limits: Call) => c1.apps.create({ displayName: "A" }).send(limits);

describe("a silent server", () => {
  it("ends a read at the deadline", async () => {
    const clock = createFakeClock();
    c1 = connect(stub.url, { clock }).c1;
    const reading = failureOf(read(call(10_000, clock)));
    await until(() => stub.api.length === 1);
    expect(clock.waiting()).toEqual([10_000]);
    clock.advance(10_000);
    const failure = await reading;
    expect(failure).toMatchObject({ code: "unavailable", changed: "no" });
    expect(failure.message).toMatch(/C1 \(127\.0\.0\.1:\d+\) did not answer within 10 seconds/);
  });

  it("ends a write after 60 % of the time and leaves its outcome unknown", async () => {
    const clock = createFakeClock();
    c1 = connect(stub.url, { clock }).c1;
    const sending = failureOf(write(call(10_000, clock)));
    await until(() => stub.api.length === 1);
    expect(clock.waiting()).toEqual([6_000]);
    clock.advance(5_999);
    expect(clock.waiting()).toEqual([1]);
    clock.advance(1);
    const failure = await sending;
    expect(failure).toMatchObject({ code: "outcome_unknown", changed: "maybe" });
    expect(failure.message).toContain("did not answer within 6 seconds");
    expect(clock.waiting()).toEqual([]);
  });

  it("includes a response that stalls midway", async () => {
    stub.respond = (response) => void response.writeHead(200, { "x-request-id": "r1" }).write('{"app"');
    expect(await failureOf(write(call(1_500)))).toMatchObject({
      code: "outcome_unknown",
      changed: "maybe",
      status: 200,
      requestId: "r1",
    });
  });

  it("a failure status without its body fails a read; a write's outcome stays unknown", async () => {
    stub.respond = (response) => void response.writeHead(403, { "content-length": "50" }).write("{");
    expect(await failureOf(read(call(1_500)))).toMatchObject({ code: "forbidden", status: 403 });
    expect(await failureOf(write(call(1_500)))).toMatchObject({
      code: "outcome_unknown",
      changed: "maybe",
      status: 403,
    });
  });

  it("sends nothing if no time is left", async () => {
    expect(await failureOf(write(call(0)))).toMatchObject({ code: "unavailable", changed: "no" });
    expect(stub.api).toHaveLength(0);
  });
});

describe("cancelling", () => {
  it("before the send, changes nothing", async () => {
    const failure = await failureOf(write(call(1_000, undefined, AbortSignal.abort())));
    expect(failure).toMatchObject({ code: "cancelled", changed: "no" });
    expect(stub.api).toHaveLength(0);
  });

  it.each([
    ["a read changes nothing", read, "no"],
    ["a write leaves the outcome open", write, "maybe"],
  ] as const)("after the send of %s", async (_what, send, changed) => {
    const caller = new AbortController();
    const sending = failureOf(send(call(10_000, undefined, caller.signal)));
    await until(() => stub.api.length === 1);
    caller.abort();
    expect(await sending).toMatchObject({ code: "cancelled", changed });
  });

  it("while connecting, changes nothing, and nothing is sent later", async () => {
    // A server that accepts, but never finishes the TLS handshake.
    const mute = createServer(() => undefined).listen(0, "127.0.0.1");
    await until(() => mute.listening);
    const other = connect(`https://127.0.0.1:${(mute.address() as AddressInfo).port}`).c1;
    const caller = new AbortController();
    const sending = failureOf(
      other.apps.create({ displayName: "A" }).send(call(10_000, undefined, caller.signal)),
    );
    setTimeout(() => caller.abort(), 50);
    expect(await sending).toMatchObject({ code: "cancelled", changed: "no" });
    const late = await failureOf(other.apps.create({ displayName: "A" }).send(call(100)));
    expect(late).toMatchObject({ code: "unavailable", changed: "no" });
    expect(late.message).toContain("no request could be sent");
    await other.close();
    mute.close();
  });
});

describe("broken connections", () => {
  it("a read is repeated", async () => {
    stub.respond = inTurn(reset, reset, json(200, { app: { id: "a10000000000000000000000000" } }));
    expect(await read(call())).toEqual({ id: "a10000000000000000000000000" });
    expect(stub.api).toHaveLength(3);
  });

  it("a read gives up after four repeats", async () => {
    stub.respond = reset;
    expect(await failureOf(read(call()))).toMatchObject({ code: "unavailable", changed: "no" });
    expect(stub.api).toHaveLength(5);
  });

  it("a write is not repeated, because it may have arrived", async () => {
    stub.respond = reset;
    const failure = await failureOf(write(call()));
    expect(failure).toMatchObject({ code: "outcome_unknown", changed: "maybe" });
    expect(failure.message).toContain("broke off");
    expect(stub.api).toHaveLength(1);
  });

  it("a truncated response to a write leaves its outcome unknown", async () => {
    stub.respond = (response) => {
      response
        .writeHead(200, { "content-length": "100" })
        .write('{"app":{"id":"a10000000000000000000000000"}}');
      setImmediate(() => response.socket?.destroy());
    };
    expect(await failureOf(write(call()))).toMatchObject({
      code: "outcome_unknown",
      changed: "maybe",
      status: 200,
    });
    expect(stub.api).toHaveLength(1);
  });

  it("a server that refuses connections received no write", async () => {
    await stub.close();
    for (const send of [read, write]) {
      const failure = await failureOf(send(call()));
      expect(failure).toMatchObject({ code: "unavailable", changed: "no" });
      expect(failure.message).toContain(`${new URL(stub.url).host} refused the connection`);
    }
  });

  it("a server without TLS received no write, and on this machine it may be a sandbox", async () => {
    const { c1: secure } = connect(stub.url.replace("http:", "https:"));
    const failure = await failureOf(secure.apps.create({ displayName: "A" }).send(call()));
    expect(failure).toMatchObject({ code: "unavailable", changed: "no" });
    expect(failure.message).toContain(
      `${new URL(stub.url).host} was called by https, which it does not speak`,
    );
    expect(failure.next).toBe(`If that is a sandbox, set CONDUCTORONE_SERVER_URL=${stub.url}`);
    await secure.close();
  });

  it("a closed client reports that it is closed", async () => {
    const running = failureOf(write(call()));
    await until(() => stub.api.length === 1);
    await c1.close();
    expect(await running).toMatchObject({ code: "outcome_unknown", changed: "maybe" });
    const late = await failureOf(write(call()));
    expect(late).toMatchObject({ code: "unavailable", changed: "no" });
    expect(late.message).toContain("the server is stopping");
    await c1.close();
  });
});

describe("wording of connection failures", () => {
  const around = {
    host: "acme.test",
    proxied: false,
    cancelled: false,
    waitedMs: 0,
    redactor: createRedactor(),
  };
  const subject = { operation: "create the app", write: true };

  it.each([
    ["ENOTFOUND", /acme\.test was not found: there is no network, or the name is wrong\.$/, false],
    ["EAI_AGAIN", /DNS did not answer for acme\.test/, true],
    ["ECONNREFUSED", /acme\.test refused/, true],
    ["UND_ERR_CONNECT_TIMEOUT", /no connection to acme\.test came about within 10 seconds/, true],
    ["EHOSTUNREACH", /no connection to acme\.test came about \(EHOSTUNREACH\)/, true],
    ["SELF_SIGNED_CERT_IN_CHAIN", /TLS certificate of acme\.test/, false],
    ["ERR_TLS_CERT_ALTNAME_INVALID", /TLS certificate of acme\.test/, false],
    ["EPROTO", /no TLS connection to acme\.test came about \(EPROTO\)/, false],
    ["ERR_SSL_WRONG_VERSION_NUMBER", /no TLS connection to acme\.test came about/, false],
    ["EWHATEVER", /no connection to acme\.test came about \(EWHATEVER\)/, true],
  ])("%s", (code, words, transient) => {
    const broken = {
      kind: "broken",
      reason: "network",
      sent: false,
      error: Object.assign(new Error("x"), { code }),
    } as const;
    const failure = explainBroken(broken, subject, around);
    expect(failure).toMatchObject({
      code: "unavailable",
      changed: "no",
      message: expect.stringMatching(words),
    });
    expect(failure.next).toBeTruthy();
    expect(isTransient(broken)).toBe(transient);
  });
});
