import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { C1Api } from "../../../src/c1/port.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-clock.ts";
import {
  call,
  connect,
  failureOf,
  idAndSecret,
  json,
  mint,
  type Respond,
  raw,
  type Stub,
  silence,
  startStub,
  until,
} from "./stub-tenant.ts";

let stub: Stub;
let clock: FakeClock;
let c1: C1Api;
/** Tokens that the API accepts; undefined means any. */
let valid: Set<string> | undefined;

beforeEach(async () => {
  valid = undefined;
  stub = await startStub((response, seen, count) => {
    const token = String(seen.headers.authorization).replace("Bearer ", "");
    const respond =
      valid?.has(token) === false
        ? json(401, { code: 16 })
        : json(200, { app: { id: "a10000000000000000000000000" } });
    respond(response, seen, count);
  });
  clock = createFakeClock();
  c1 = connect(stub.url, { clock, credential: idAndSecret }).c1;
});
afterEach(async () => {
  await c1.close();
  await stub.close();
});

const read = (timeoutMs = 60_000, signal?: AbortSignal) =>
  c1.apps.get("a10000000000000000000000000", call(timeoutMs, clock, signal));
const write = () => c1.apps.create({ displayName: "A" }).send(call(60_000, clock));
const tokensUsed = () => stub.api.map(({ headers }) => String(headers.authorization).replace("Bearer ", ""));

describe("one token for all calls", () => {
  it("200 concurrent first calls request one token", async () => {
    await Promise.all(Array.from({ length: 200 }, () => read()));
    expect(stub.mints).toHaveLength(1);
    expect(stub.api).toHaveLength(200);
    expect(clock.waiting()).toEqual([]);
  });

  it("calls that share one signal cause no Node warning", async () => {
    const warnings: Error[] = [];
    const listen = (warning: Error) => void warnings.push(warning);
    process.on("warning", listen);
    const { signal } = new AbortController();
    await Promise.all(Array.from({ length: 50 }, () => read(60_000, signal)));
    await new Promise((resolve) => setImmediate(resolve));
    process.off("warning", listen);
    expect(warnings).toEqual([]);
  });

  it("a token is reused until 80 % of its lifetime", async () => {
    stub.respondToMint = (response, seen, count) =>
      mint(`t${count}`, { expires_in: 1_000 })(response, seen, count);
    await read();
    clock.advance(799_000);
    await read();
    clock.advance(1_000);
    await Promise.all([read(), read(), read()]);
    expect(tokensUsed()).toEqual(["t1", "t1", "t2", "t2", "t2"]);
    expect(stub.mints).toHaveLength(2);
  });

  it.each([
    ["back", -3_600_000],
    ["forward", 3_600_000],
  ])("also if the machine's clock is set %s meanwhile", async (_where, ms) => {
    stub.respondToMint = (response, seen, count) =>
      mint(`t${count}`, { expires_in: 1_000 })(response, seen, count);
    await read();
    clock.set(ms);
    clock.advance(799_000);
    await read();
    clock.advance(1_000);
    await read();
    expect(tokensUsed()).toEqual(["t1", "t1", "t2"]);
  });

  it("a lifetime may be text, and is short if none is given", async () => {
    stub.respondToMint = mint("t", { expires_in: "1000" });
    await read();
    clock.advance(700_000);
    await read();
    expect(stub.mints).toHaveLength(1);
    stub.respondToMint = mint("t", { expires_in: undefined });
    clock.advance(200_000);
    await read();
    clock.advance(61_000);
    await read();
    expect(stub.mints).toHaveLength(3);
  });

  it("a failed mint is not cached", async () => {
    stub.respondToMint = json(401, { error: "invalid_client" });
    expect(await failureOf(read())).toMatchObject({ code: "not_authenticated" });
    stub.respondToMint = mint("t");
    expect(await read()).toEqual({ id: "a10000000000000000000000000" });
  });
});

describe("a failed renewal while the token is still valid", () => {
  beforeEach(async () => {
    stub.respondToMint = mint("old", { expires_in: 1_000 });
    await read();
    clock.advance(900_000);
  });

  it.each<[string, Respond]>([
    ["HTTP 500", raw(500, "")],
    ["HTTP 429", raw(429, "", { "retry-after": "600" })],
    ["something else than JSON", raw(200, "<html>")],
  ])("by %s: the old token is used", async (_what, respond) => {
    stub.respondToMint = respond;
    expect(await read()).toEqual({ id: "a10000000000000000000000000" });
    expect(tokensUsed()).toEqual(["old", "old"]);
  });

  it("by silence: the old token is used after a short wait", async () => {
    stub.respondToMint = silence;
    const reading = read();
    await until(() => stub.mints.length === 2);
    clock.advance(5_000);
    expect(await reading).toEqual({ id: "a10000000000000000000000000" });
    expect(tokensUsed()).toEqual(["old", "old"]);
  });

  it("by refusal: the call fails", async () => {
    stub.respondToMint = json(400, { error: "invalid_client" });
    expect(await failureOf(read())).toMatchObject({ code: "not_authenticated" });
  });

  it("by HTTP 500 after the token's end of life: the call fails", async () => {
    clock.advance(100_000);
    stub.respondToMint = raw(500, "");
    expect(await failureOf(read())).toMatchObject({ code: "unavailable", changed: "no" });
  });
});

describe("a 401 response from the API", () => {
  beforeEach(() => {
    valid = new Set();
    stub.respondToMint = (response, seen, count) => {
      valid?.clear();
      valid?.add(`t${count}`);
      mint(`t${count}`)(response, seen, count);
    };
  });

  it("costs one renewal and no failed call, however many calls get it", async () => {
    await read();
    valid?.clear();
    const results = await Promise.all([...Array.from({ length: 50 }, () => read()), write()]);
    expect(results).toEqual(Array.from({ length: 51 }, () => ({ id: "a10000000000000000000000000" })));
    expect(stub.mints).toHaveLength(2);
  });

  it("is final the second time", async () => {
    stub.respondToMint = (response, seen, count) => mint(`t${count}`)(response, seen, count);
    expect(await failureOf(write())).toMatchObject({ code: "not_authenticated", changed: "no", status: 401 });
    expect(tokensUsed()).toEqual(["t1", "t2"]);
  });

  it("renews once per call, even with other responses in between", async () => {
    stub.respond = (response, seen, count) =>
      (count === 2 ? json(429, {}, { "retry-after": "0" }) : json(401, {}))(response, seen, count);
    expect(await failureOf(write())).toMatchObject({ code: "not_authenticated", changed: "no" });
    expect([stub.api.length, stub.mints.length]).toEqual([3, 2]);
  });

  it("means that the write did not run if the renewal fails", async () => {
    await read();
    valid?.clear();
    stub.respondToMint = raw(500, "");
    expect(await failureOf(write())).toMatchObject({ code: "unavailable", changed: "no" });
    expect(stub.api).toHaveLength(2);
  });

  it("is not assumed for a 403, which never renews", async () => {
    stub.respond = json(403, { code: 7 });
    expect(await failureOf(write())).toMatchObject({ code: "forbidden", changed: "no" });
    expect(stub.mints).toHaveLength(1);
    expect(stub.api).toHaveLength(1);
  });

  it("is final for a fixed access token", async () => {
    const { c1: other } = connect(stub.url);
    expect(await failureOf(other.apps.get("a10000000000000000000000000", call()))).toMatchObject({
      code: "not_authenticated",
      status: 401,
    });
    expect([stub.api.length, stub.mints.length]).toEqual([1, 0]);
    await other.close();
  });
});

describe("waiting for a token", () => {
  it("one waiter's cancellation does not affect the others", async () => {
    stub.respondToMint = silence;
    let answer = () => {};
    stub.respondToMint = (response, seen, count) => {
      answer = () => mint("t")(response, seen, count);
    };
    const caller = new AbortController();
    const first = failureOf(read(60_000, caller.signal));
    const second = read();
    await until(() => stub.mints.length === 1);
    caller.abort();
    expect(await first).toMatchObject({ code: "cancelled", changed: "no" });
    answer();
    expect(await second).toEqual({ id: "a10000000000000000000000000" });
    expect(stub.mints).toHaveLength(1);
  });

  it("ends at the waiter's own deadline, and after 30 s for all", async () => {
    stub.respondToMint = silence;
    const [hasty, patient] = [failureOf(read(2_000)), failureOf(read(60_000))];
    await until(() => stub.mints.length === 1 && clock.waiting().length === 3);
    clock.advance(2_000);
    const failure = await hasty;
    expect(failure).toMatchObject({ code: "unavailable", changed: "no" });
    expect(failure.message).toContain("within 2 seconds");
    clock.advance(28_000);
    expect((await patient).message).toContain("did not answer within 30 seconds");
  });
});
