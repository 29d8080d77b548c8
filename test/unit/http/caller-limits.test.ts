import { EventEmitter } from "node:events";
import type { ServerResponse } from "node:http";
import { describe, expect, it } from "vitest";
import { hasRoom } from "../../../src/http/body-room.ts";
import { type CallerLimits, isWithinLimits } from "../../../src/http/caller-limits.ts";
import type { Guard, Incoming } from "../../../src/http/guard.ts";
import { createLocalShared } from "../../../src/replicas/local.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const MEBIBYTE = 1024 * 1024;

/** Passes one request to a guard. */
async function ask(guard: Guard, caller: string, headers: Record<string, string> = {}) {
  const answer: { status?: number; headers: Record<string, string>; text?: string } = { headers: {} };
  const request = {
    headers,
    caller: { name: caller, scopes: [], mayCall: () => true, refuse: () => new Response() },
  } as unknown as Incoming;
  const response = Object.assign(new EventEmitter(), {
    req: request,
    writeHead(status: number, given: Record<string, string>) {
      Object.assign(answer, { status, headers: given });
    },
    end(text: string) {
      answer.text = text;
    },
  });
  const admitted = await guard(request, response as unknown as ServerResponse);
  return { ...answer, admitted, finish: () => response.emit("close") };
}

function limited(limits: CallerLimits) {
  const clock = createFakeClock();
  const guard = isWithinLimits(limits, createLocalShared(clock));
  return { clock, ask: (caller = "jane") => ask(guard, caller) };
}

describe("concurrent requests", () => {
  it("are counted per caller, until they end", async () => {
    const { ask: from } = limited({ perMinute: 0, concurrent: 2 });
    const first = await from();
    await from();
    expect(await from()).toMatchObject({ admitted: false, status: 429, headers: { "retry-after": "1" } });
    expect((await from("sam")).admitted).toBe(true);
    first.finish();
    expect((await from()).admitted).toBe(true);
    expect((await from()).text).toContain("no more than 2 requests of one caller at a time");
  });
});

describe("requests per minute", () => {
  it("allow a burst of ten seconds' worth, then the configured rate", async () => {
    const { clock, ask: from } = limited({ perMinute: 60, concurrent: 1000 });
    for (let count = 0; count < 10; count += 1) expect((await from()).admitted).toBe(true);
    const refused = await from();
    expect(refused).toMatchObject({ admitted: false, status: 429, headers: { "retry-after": "1" } });
    expect((await from("sam")).admitted).toBe(true);
    clock.advance(999);
    expect((await from()).admitted).toBe(false);
    clock.advance(1);
    expect((await from()).admitted).toBe(true);
    expect((await from()).admitted).toBe(false);
    clock.advance(3_600_000);
    for (let count = 0; count < 10; count += 1) expect((await from()).admitted).toBe(true);
    expect((await from()).admitted).toBe(false);
  });

  it("count a large request several times, but never above the burst", async () => {
    const clock = createFakeClock();
    const guard = isWithinLimits({ perMinute: 1200, concurrent: 1000 }, createLocalShared(clock));
    const large = { "content-length": String(4 * MEBIBYTE) };
    for (let count = 0; count < 3; count += 1) expect((await ask(guard, "jane", large)).admitted).toBe(true);
    expect(await ask(guard, "jane", large)).toMatchObject({ status: 429, headers: { "retry-after": "3" } });
    for (let count = 0; count < 8; count += 1) expect((await ask(guard, "jane")).admitted).toBe(true);
    expect((await ask(guard, "jane")).admitted).toBe(false);
    const narrow = isWithinLimits({ perMinute: 6, concurrent: 1 }, createLocalShared(clock));
    expect((await ask(narrow, "jane", large)).admitted).toBe(true);
  });

  it("are refused with the wait in whole seconds", async () => {
    const { ask: from } = limited({ perMinute: 4, concurrent: 1000 });
    for (let count = 0; count < 4; count += 1) await from();
    expect((await from()).headers).toMatchObject({ "retry-after": "15" });
  });

  it("are not reduced by a refused request", async () => {
    const { clock, ask: from } = limited({ perMinute: 1, concurrent: 1 });
    const first = await from();
    for (let count = 0; count < 10; count += 1) expect((await from()).status).toBe(429);
    first.finish();
    clock.advance(60_000);
    expect((await from()).admitted).toBe(true);
  });
});

it("remember callers up to a bound, those with running requests above all", async () => {
  const { ask: from } = limited({ perMinute: 2, concurrent: 1 });
  const busy = await from("busy");
  expect(busy.admitted).toBe(true);
  for (let count = 0; count < 10_001; count += 1) (await from(`caller-${count}`)).finish();
  expect((await from("busy")).admitted).toBe(false);
  busy.finish();
  // The caller idle for longest was forgotten and starts anew; the latest was not.
  for (const caller of ["caller-0", "caller-10000"]) (await from(caller)).finish();
  expect((await from("caller-0")).admitted).toBe(true);
  expect((await from("caller-10000")).admitted).toBe(false);
});

describe("concurrent large bodies", () => {
  const large = { "content-length": String(4 * MEBIBYTE) };
  const small = { "content-length": "65536" };

  it("are limited to two of the maximum size per caller, and eight in total", async () => {
    const guard = hasRoom();
    const first = await ask(guard, "jane", large);
    expect((await ask(guard, "jane", large)).admitted).toBe(true);
    const refused = await ask(guard, "jane", { "content-length": "65537" });
    expect(refused).toMatchObject({ admitted: false, status: 429, headers: { "retry-after": "1" } });
    for (const caller of ["sam", "kim", "lee"]) {
      for (let count = 0; count < 2; count += 1)
        expect((await ask(guard, caller, large)).admitted).toBe(true);
    }
    expect((await ask(guard, "max", large)).status).toBe(429);
    first.finish();
    expect((await ask(guard, "max", large)).admitted).toBe(true);
    expect((await ask(guard, "jane", large)).admitted).toBe(false);
    // A caller whose large bodies fill the memory does not block small ones, not even their own.
    for (const caller of ["jane", "max"]) expect((await ask(guard, caller, small)).admitted).toBe(true);
  });

  it("count as the maximum size if their length is unknown", async () => {
    const guard = hasRoom();
    const chunked = { "transfer-encoding": "chunked" };
    for (let count = 0; count < 2; count += 1)
      expect((await ask(guard, "jane", chunked)).admitted).toBe(true);
    const refused = await ask(guard, "jane", chunked);
    expect(refused).toMatchObject({ admitted: false, headers: { connection: "close" } });
  });
});
