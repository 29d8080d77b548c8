import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { C1Api } from "../../../src/c1/port.ts";
import { formatFailure } from "../../../src/errors.ts";
import { call, connect, failureOf, json, type Respond, raw, type Stub, startStub } from "./stub-tenant.ts";

let stub: Stub;
let c1: C1Api;

beforeEach(async () => {
  stub = await startStub();
  c1 = connect(stub.url, { maxResponseBytes: 2_000 }).c1;
});
afterEach(async () => {
  await c1.close();
  await stub.close();
});

const read = () => c1.apps.get("a10000000000000000000000000", call());
const write = () => c1.apps.create({ displayName: "A" }).send(call());

function error(status: number, headers?: Record<string, string>): Respond {
  return json(status, { code: 3, message: "the reason (request-id: req-42)" }, headers);
}

interface Case {
  readonly status: number;
  readonly read: string;
  readonly write: string;
  readonly changed: "no" | "maybe";
  /** The requests of a read and of a write. */
  readonly tries: [number, number];
}

const CASES: Case[] = [
  { status: 400, read: "rejected", write: "rejected", changed: "no", tries: [1, 1] },
  { status: 401, read: "not_authenticated", write: "not_authenticated", changed: "no", tries: [1, 1] },
  { status: 403, read: "forbidden", write: "forbidden", changed: "no", tries: [1, 1] },
  { status: 404, read: "not_found", write: "not_found", changed: "no", tries: [1, 1] },
  { status: 408, read: "unavailable", write: "outcome_unknown", changed: "maybe", tries: [1, 1] },
  { status: 409, read: "rejected", write: "rejected", changed: "no", tries: [1, 1] },
  { status: 413, read: "rejected", write: "rejected", changed: "no", tries: [1, 1] },
  { status: 415, read: "rejected", write: "rejected", changed: "no", tries: [1, 1] },
  { status: 422, read: "rejected", write: "rejected", changed: "no", tries: [1, 1] },
  { status: 429, read: "rate_limited", write: "rate_limited", changed: "no", tries: [5, 5] },
  { status: 499, read: "unavailable", write: "outcome_unknown", changed: "maybe", tries: [1, 1] },
  { status: 500, read: "unavailable", write: "outcome_unknown", changed: "maybe", tries: [1, 1] },
  { status: 502, read: "unavailable", write: "outcome_unknown", changed: "maybe", tries: [5, 1] },
  { status: 503, read: "unavailable", write: "outcome_unknown", changed: "maybe", tries: [5, 1] },
  { status: 504, read: "unavailable", write: "outcome_unknown", changed: "maybe", tries: [5, 1] },
];

describe.each(CASES)("HTTP $status", (expected) => {
  const { status } = expected;

  it("of a read", async () => {
    stub.respond = error(status);
    expect(await failureOf(read())).toMatchObject({
      code: expected.read,
      changed: "no",
      status,
      requestId: "req-42",
    });
    expect(stub.api).toHaveLength(expected.tries[0]);
  });

  it("of a write", async () => {
    stub.respond = error(status);
    const failure = await failureOf(write());
    expect(failure).toMatchObject({
      code: expected.write,
      changed: expected.changed,
      status,
      requestId: "req-42",
    });
    expect(failure.message).toContain(': "the reason" (request id req-42)');
    expect(stub.api).toHaveLength(expected.tries[1]);
  });
});

describe("a failure message", () => {
  it("is one line with the reason, the change and the next step", async () => {
    stub.respond = error(403);
    expect(formatFailure(await failureOf(write()))).toBe(
      '[forbidden] C1 does not allow this credential to create the app: "the reason" (request id req-42). Nothing was changed. ' +
        "Ask a C1 administrator to give this credential the roles it needs.",
    );
  });

  it.each([
    ["HTML", "<html><b>Bad Gateway</b></html>"],
    ["plain text", "upstream exploded"],
    ["nothing", ""],
    ["a message of another type", '{"message":{"a":1}}'],
    ["a list", '["upstream exploded"]'],
  ])("never shows a body that is %s", async (_what, body) => {
    stub.respond = raw(400, body);
    expect((await failureOf(write())).message).toBe("C1 rejected the request to create the app (HTTP 400).");
  });

  it("cleans and cuts C1's text", async () => {
    stub.respond = json(400, { message: `a\u0007\n\u202eb\u001b[31m${"x".repeat(900)}` });
    const { message } = await failureOf(write());
    expect(message).toMatch(/: "a bx+…"\.$/);
    expect(message.length).toBeLessThan(400);
  });

  it.each([
    ["blanks", " ".repeat(1_000_000)],
    ["what looks like the beginning of tokens", "eyJ-".repeat(250_000)],
  ])("is fast despite a long run of %s", async (_what, message) => {
    const { c1: patient } = connect(stub.url);
    stub.respond = json(400, { message: `${message}(request-id: r9)` });
    const failure = await failureOf(patient.apps.get("a10000000000000000000000000", call()));
    expect(failure).toMatchObject({ code: "rejected", requestId: "r9" });
    expect(failure.message.length).toBeLessThan(400);
    await patient.close();
  });

  it("also takes the request id from a header, unless it looks wrong", async () => {
    stub.respond = raw(500, "", { "x-request-id": "hdr-1" });
    expect(await failureOf(read())).toMatchObject({ requestId: "hdr-1" });
    stub.respond = raw(500, "", { "x-request-id": "<b> hdr" });
    expect((await failureOf(read())).requestId).toBeUndefined();
  });

  it("explains a token that was refused for lack of a DPoP proof", async () => {
    stub.respond = error(401, { "www-authenticate": 'DPoP error="invalid_token"' });
    expect((await failureOf(read())).next).toMatch(/DPoP/);
  });
});

describe("unusable responses with a 2xx status", () => {
  it.each<[string, Respond]>([
    ["HTML", raw(200, "<html></html>", { "content-type": "text/html", "x-request-id": "h1" })],
    ["HTML that claims to be JSON", raw(200, "<html></html>", { "content-type": "application/json" })],
    ["an empty body", raw(200, "")],
    ["no content", raw(204, "")],
    ["null", raw(200, "null")],
    ["a list", raw(200, "[]")],
    ["half of the JSON", raw(200, '{"app":{"id":"a10000000000000000000000000"')],
    [
      "more than the cap, announced",
      raw(200, JSON.stringify({ app: { id: "a10000000000000000000000000", pad: "x".repeat(3_000) } })),
    ],
    [
      "more than the cap, in chunks",
      (response) => {
        response.write(`{"app":{"id":"a10000000000000000000000000","pad":"${"x".repeat(1_500)}`);
        response.end(`${"x".repeat(1_500)}"}}`);
      },
    ],
  ])("%s: a fault for a read, an unknown outcome for a write", async (_what, respond) => {
    stub.respond = respond;
    expect(await failureOf(read())).toMatchObject({ code: "unavailable", changed: "no" });
    expect(await failureOf(write())).toMatchObject({ code: "outcome_unknown", changed: "maybe" });
    expect(stub.api).toHaveLength(2);
  });

  it("JSON without a content type is accepted", async () => {
    stub.respond = raw(201, '{"app":{"id":"a10000000000000000000000000"}}');
    expect(await write()).toEqual({ id: "a10000000000000000000000000" });
  });

  it("an empty response leaves it unknown whether the owner was added", async () => {
    stub.respond = raw(200, "");
    const added = c1.connectorOwners
      .add({ appId: "a", connectorId: "c", roleSlug: "r", userId: "u" })
      .send(call());
    expect(await failureOf(added)).toMatchObject({ code: "outcome_unknown", changed: "maybe" });
  });
});

describe("redirects", () => {
  it.each([301, 302, 303, 307, 308])("HTTP %i is never followed", async (status) => {
    const other = await startStub(json(200, { app: { id: "stolen" } }));
    stub.respond = raw(status, "", { location: `${other.url}/api/v1/apps/` });
    const failed = [await failureOf(read()), await failureOf(write())];
    // For a write, only 307 and 308 mean that it was not done.
    const sure = [
      { code: "unavailable", changed: "no" },
      { code: "unavailable", changed: "no" },
    ];
    const unsure = [
      { code: "unavailable", changed: "no" },
      { code: "outcome_unknown", changed: "maybe" },
    ];
    expect(failed).toMatchObject(status >= 307 ? sure : unsure);
    for (const failure of failed) {
      expect(failure.status).toBe(status);
      expect(failure.message).toContain(`redirects to ${other.url}`);
      expect(failure.next).toMatch(/the tenant address \(CONDUCTORONE_SERVER_URL\)/);
    }
    expect(other.api).toHaveLength(0);
    await other.close();
  });
});

describe("onAnswer", () => {
  it("is called for each response, and for none that did not arrive", async () => {
    stub.respond = (response, seen, count) =>
      (count === 1
        ? error(503)
        : json(
            200,
            { app: { id: "a10000000000000000000000000" } },
            { "x-request-id": "r2", date: "Sun, 22 Nov 2026 08:00:00 GMT" },
          ))(response, seen, count);
    const ears = call();
    await c1.apps.get("a10000000000000000000000000", ears);
    expect(ears.answers).toEqual([
      { status: 503, requestId: "req-42", date: expect.any(Number) },
      { status: 200, requestId: "r2", date: Date.parse("Sun, 22 Nov 2026 08:00:00 GMT") },
    ]);
  });
});
