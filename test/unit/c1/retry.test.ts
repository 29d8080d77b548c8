import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { C1Api, Call } from "../../../src/c1/port.ts";
import { type AttemptResult, readRetryAfter, withRetries } from "../../../src/c1/retry.ts";
import { Failure } from "../../../src/errors.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-clock.ts";
import { call, connect, failureOf, inTurn, json, raw, type Stub, startStub, until } from "./stub-tenant.ts";

let stub: Stub;
let clock: FakeClock;
let c1: C1Api;

beforeEach(async () => {
  stub = await startStub();
  clock = createFakeClock();
  c1 = connect(stub.url, { clock, random: () => 0.5 }).c1;
});
afterEach(async () => {
  await c1.close();
  await stub.close();
});

const DONE = json(200, { app: { id: "a10000000000000000000000000" } });
const read = (limits: Call) => c1.apps.get("a10000000000000000000000000", limits);
const write = (limits: Call) => c1.apps.create({ displayName: "A" }).send(limits);

/** Lets a wait of `ms` milliseconds begin and end. */
async function passWait(ms: number): Promise<void> {
  await until(() => clock.waiting().includes(ms));
  clock.advance(ms);
}

describe("an attempt that time cut short", () => {
  const firewall = new Failure("unavailable", "no connection came about");
  const late = new Failure("unavailable", "nothing could be sent");
  const cut = { ok: false, failure: late, again: false, isCut: true } as const;
  const run = (...results: AttemptResult<string>[]) =>
    withRetries(
      async () => results.shift() ?? cut,
      { signal: new AbortController().signal, deadline: Number.POSITIVE_INFINITY },
      { clock, random: () => 0 },
    );

  it("does not hide why the one before it failed", async () => {
    await expect(run({ ok: false, failure: firewall, again: true }, cut)).rejects.toBe(firewall);
  });

  it("is reported if it was the first", async () => {
    await expect(run(cut)).rejects.toBe(late);
  });
});

describe("a 429 response", () => {
  it.each([
    ["a read", read],
    ["a write, which C1 did not run", write],
  ])("is waited out as Retry-After says, for %s", async (_what, send) => {
    stub.respond = inTurn(json(429, {}, { "retry-after": "7" }), DONE);
    const sending = send(call(20_000, clock));
    await until(() => clock.waiting().includes(7_000));
    clock.advance(6_999);
    expect(stub.api).toHaveLength(1);
    clock.advance(1);
    expect(await sending).toEqual({ id: "a10000000000000000000000000" });
    expect(stub.api).toHaveLength(2);
  });

  it("may name a date", async () => {
    const date = new Date(clock.now() + 9_000).toUTCString();
    stub.respond = inTurn(json(429, {}, { "retry-after": date }), DONE);
    const sending = write(call(20_000, clock));
    await passWait(9_000);
    expect(await sending).toEqual({ id: "a10000000000000000000000000" });
  });

  it("fails at once if the wait does not fit before the deadline", async () => {
    stub.respond = json(429, { message: "slow down" }, { "retry-after": "20" });
    const failure = await failureOf(write(call(20_000, clock)));
    expect(failure).toMatchObject({
      code: "rate_limited",
      changed: "no",
      status: 429,
      retryAfterSeconds: 20,
    });
    expect(failure.next).toBe("Try again in 20 s.");
    expect(stub.api).toHaveLength(1);
  });

  it("without Retry-After, waits longer each time with full jitter, and gives up after four retries", async () => {
    stub.respond = raw(429, "");
    const sending = failureOf(write(call(60_000, clock)));
    for (const wait of [250, 500, 1_000, 2_000]) await passWait(wait);
    const failure = await sending;
    expect(failure).toMatchObject({ code: "rate_limited", changed: "no" });
    expect(failure.retryAfterSeconds).toBeUndefined();
    expect(stub.api).toHaveLength(5);
  });

  it("after the wait, a write again gets 60 % of the remaining time", async () => {
    stub.respond = (response, seen, count) =>
      count === 1 && json(429, {}, { "retry-after": "10" })(response, seen, count);
    const sending = failureOf(write(call(20_000, clock)));
    await passWait(10_000);
    await until(() => stub.api.length === 2);
    expect(clock.waiting()).toEqual([6_000]);
    clock.advance(6_000);
    expect(await sending).toMatchObject({ code: "outcome_unknown", changed: "maybe" });
  });

  it("stops waiting when the call is cancelled", async () => {
    const caller = new AbortController();
    stub.respond = json(429, {}, { "retry-after": "7" });
    const sending = failureOf(write(call(20_000, clock, caller.signal)));
    await until(() => clock.waiting().includes(7_000));
    caller.abort();
    expect(await sending).toMatchObject({ code: "cancelled", changed: "no" });
    expect(clock.waiting()).toEqual([]);
    expect(stub.api).toHaveLength(1);
  });
});

describe("gateway errors", () => {
  it.each([502, 503, 504])("HTTP %i on a read is retried", async (status) => {
    stub.respond = inTurn(raw(status, "<html>"), json(status, {}, { "retry-after": "3" }), DONE);
    const sending = read(call(20_000, clock));
    await passWait(250);
    await passWait(3_000);
    expect(await sending).toEqual({ id: "a10000000000000000000000000" });
  });

  it("HTTP 500 is not retried", async () => {
    stub.respond = inTurn(raw(500, ""), DONE);
    expect(await failureOf(read(call(20_000, clock)))).toMatchObject({ code: "unavailable", status: 500 });
    expect(stub.api).toHaveLength(1);
  });
});

describe("readRetryAfter", () => {
  const now = Date.UTC(2026, 0, 1);
  it.each([
    ["5", 5],
    [" 1.2 ", 2],
    ["0", undefined],
    ["Thu, 01 Jan 2026 00:00:30 GMT", 30],
    ["Wed, 31 Dec 2025 00:00:00 GMT", undefined],
    ["86400", 86_400],
    ["86401", undefined],
    ["9".repeat(30), undefined],
    ["1e9", undefined],
    ["-1", undefined],
    ["Fri, 01 Jan 9999 00:00:00 GMT", undefined],
    ["soon", undefined],
    ["", undefined],
    [undefined, undefined],
  ])("%j -> %j", (value, seconds) => {
    expect(readRetryAfter(value, now)).toBe(seconds);
  });
});
