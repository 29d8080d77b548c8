import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createHttp, type Http } from "../../../src/c1/http.ts";
import type { Fields } from "../../../src/c1/parse.ts";
import { createTransport, type Transport } from "../../../src/c1/transport.ts";
import { systemClock } from "../../../src/clock.ts";
import { createRedactor } from "../../../src/log/redact.ts";
import { call, json, type Stub, startStub } from "./stub-tenant.ts";

let stub: Stub;
let transport: Transport;
let http: Http;

beforeEach(async () => {
  stub = await startStub(json(200, { ok: true }));
  const shared = { redactor: createRedactor(), clock: systemClock, random: () => 0 };
  const logger = pino({ enabled: false });
  transport = createTransport({ ...shared, serverUrl: stub.url, maxResponseBytes: 1_000, logger });
  const tokens = { getToken: async () => "t", dropToken: () => false };
  http = createHttp({ ...shared, transport, tokens });
});
afterEach(async () => {
  await transport.close();
  await stub.close();
});

const parse = (answer: Fields) => answer;

it("a POST without content sends an empty object", async () => {
  await http.request({ operation: "ask", method: "POST", path: "/api/v1/x", write: false, parse }, call());
  expect(stub.api[0]).toMatchObject({ method: "POST", path: "/api/v1/x", body: "{}" });
});

it("a query is encoded", async () => {
  const query = { page_size: 100, page_token: "a&b=c" };
  await http.request(
    { operation: "ask", method: "GET", path: "/api/v1/x", query, write: false, parse },
    call(),
  );
  expect(stub.api[0]).toMatchObject({
    method: "GET",
    path: "/api/v1/x?page_size=100&page_token=a%26b%3Dc",
    body: "",
  });
});
