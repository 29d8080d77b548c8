import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { C1Api } from "../../../src/c1/port.ts";
import { call, connect, failureOf, inTurn, json, type Stub, startStub } from "./stub-tenant.ts";

/* C1 is a gRPC service behind a gateway. Its own status is the `code` in the body, which may contradict the HTTP status. */

const APP = { id: "a1".padEnd(27, "0") };
const NOT_RUN = [3, 5, 6, 7, 8, 9, 11, 12, 16];
const OPEN = [0, 1, 2, 4, 10, 13, 14, 15, 17, 99];

let stub: Stub;
let c1: C1Api;

beforeEach(async () => {
  stub = await startStub();
  c1 = connect(stub.url).c1;
});
afterEach(async () => {
  await c1.close();
  await stub.close();
});

const write = () => c1.apps.create({ displayName: "Acme" }).send(call());
const read = () => c1.apps.get(APP.id, call());
const says = (status: number, code: unknown) => json(status, { code, message: "C1 said so" });

describe("an error response to a write", () => {
  it.each(NOT_RUN)("with a 4xx status and code %i: nothing was changed", async (code) => {
    for (const status of [400, 403, 404, 409, 422]) {
      stub.respond = says(status, code);
      expect(await failureOf(write())).toMatchObject({ changed: "no", status });
    }
  });

  it.each(OPEN)("with a 4xx status and code %i: the outcome is open", async (code) => {
    for (const status of [400, 401, 403, 404, 409, 422, 429]) {
      stub.respond = says(status, code);
      const failure = await failureOf(write());
      expect(failure).toMatchObject({ changed: "maybe", status });
      expect(failure.message).toContain("C1 said so");
    }
    // Sent once each, because neither a 401 nor a 429 with such a code says that the write did not run.
    expect(stub.api).toHaveLength(7);
  });

  it("only code 10 is treated as a conflict; other open codes say nothing about what exists", async () => {
    for (const code of OPEN) {
      stub.respond = says(409, code);
      const expected = code === 10 ? "rejected" : "outcome_unknown";
      expect(await failureOf(write()), `code ${code}`).toMatchObject({ code: expected, changed: "maybe" });
    }
  });

  it.each([
    408, 425, 499, 500, 503,
  ])("with status %i leaves the outcome open, whatever the code", async (status) => {
    stub.respond = says(status, 3);
    expect(await failureOf(write())).toMatchObject({ code: "outcome_unknown", changed: "maybe" });
  });

  it.each([
    "4",
    null,
    4.5,
    {},
    undefined,
  ])("with an invalid code (%j) is judged by its status", async (code) => {
    stub.respond = says(400, code);
    expect(await failureOf(write())).toMatchObject({ code: "rejected", changed: "no" });
  });
});

describe("an error response to a read", () => {
  it.each(OPEN)("with a 4xx status and code %i is a fault, not a refusal", async (code) => {
    for (const status of [400, 403, 404]) {
      stub.respond = says(status, code);
      expect(await failureOf(read())).toMatchObject({ code: "unavailable", status });
    }
  });

  it("with 429 is waited out in any case", async () => {
    stub.respond = inTurn(
      json(429, { code: 14, message: "busy" }, { "retry-after": "0" }),
      json(200, { app: APP }),
    );
    expect(await read()).toEqual(APP);
  });
});

describe("C1's error object with a success status", () => {
  it("does not answer a write", async () => {
    stub.respond = json(200, { code: 14, message: "upstream", app: APP });
    expect(await failureOf(write())).toMatchObject({
      code: "outcome_unknown",
      changed: "maybe",
      status: 200,
    });
  });

  it("is not an empty list", async () => {
    stub.respond = json(200, { code: 7, message: "upstream" });
    const failure = await failureOf(c1.apps.search({}, {}, call()));
    expect(failure).toMatchObject({ code: "unavailable", status: undefined });
  });
});
