import { beforeAll, describe, expect, it } from "vitest";
import { describeClient } from "../../../src/mcp/describe-client.ts";
import { createMcpFetch } from "../../../src/mcp/http.ts";
import { modernHeaders, modernRequest } from "../../fixture/wire.ts";
import { createFakeRegistry } from "../../support/fake-registry.ts";
import { callOf, HELLO, readSdks, startStdio } from "../../support/stdio-session.ts";
import { waitFor } from "../../support/wait-for.ts";

const HUGE = { name: "x".repeat(100_000), version: "1\n\u202e2\u001b[31m" };
const CUT = `${"x".repeat(99)}…/1 2`;

it.each([
  ["as it is", { name: "tester", version: "1.2" }, "tester/1.2"],
  ["cut and cleaned", HUGE, CUT],
  ["without a version", { name: "tester" }, "tester/"],
  ["with what is no text", { name: 7, version: {} }, "/"],
  ["not at all", undefined, undefined],
  ["not at all: null", null, undefined],
  ["not at all: a text", "tester", undefined],
])("a client is described %s", (_how, info, expected) => {
  expect(describeClient(info)).toBe(expected);
});

beforeAll(() => readSdks(callOf(1)));

describe("a client with a huge name", () => {
  it("gets a short name in every call over stdio (2025)", async () => {
    const registry = createFakeRegistry();
    const server = startStdio(registry);
    server.send({ ...HELLO, params: { ...HELLO.params, clientInfo: HUGE } }, callOf(1));
    await waitFor(() => expect(registry.call).toHaveBeenCalled());
    expect(registry.call.mock.calls[0]?.[2].client).toBe(CUT);
    await server.finish();
  });

  it("gets a short name in every call (2026)", async () => {
    const registry = createFakeRegistry();
    const request = modernRequest(1, "tools/call", { name: "echo", arguments: {} });
    Object.assign(request.params._meta, { "io.modelcontextprotocol/clientInfo": HUGE });
    const headers = {
      ...modernHeaders(request),
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
    };
    const head = new Request("http://127.0.0.1/mcp", { method: "POST", headers });
    await createMcpFetch(registry)(head, JSON.stringify(request));
    expect(registry.call.mock.calls[0]?.[2].client).toBe(CUT);
  });
});
