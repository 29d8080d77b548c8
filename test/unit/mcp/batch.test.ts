import { expect, it } from "vitest";
import { createMcpFetch } from "../../../src/mcp/http.ts";
import { createFakeRegistry } from "../../support/fake-registry.ts";
import { callOf, ping } from "../../support/stdio-session.ts";
import { toResponse } from "../../support/to-response.ts";

/** The revision that has batches. */
async function post(body: unknown) {
  const registry = createFakeRegistry();
  const head = new Request("http://127.0.0.1/mcp", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream" },
  });
  const response = toResponse(await createMcpFetch(registry)(head, JSON.stringify(body)));
  return { status: response.status, body: await response.json(), calls: registry.call.mock.calls.length };
}

it("a batch with distinct ids runs, and each request is answered", async () => {
  const { status, body, calls } = await post([callOf(5), callOf("5"), ping("__proto__")]);
  expect(status).toBe(200);
  expect((body as { id: unknown }[]).map(({ id }) => id)).toEqual([5, "5", "__proto__"]);
  expect(calls).toBe(2);
});

it.each([
  ["two calls with one id", [callOf(5), callOf(5)], "two requests of the batch have one id"],
  [
    "a call and a ping with one id",
    [ping("a"), callOf("constructor"), ping("constructor")],
    "two requests of the batch have one id",
  ],
  [
    "a call that is cancelled at once",
    [callOf(5), callOf(6), { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 5 } }],
    "the batch cancels a request of its own",
  ],
  [
    "more requests than one may count for",
    [1, 2, 3, 4, 5, 6].map(ping),
    "a batch may hold at most 5 requests",
  ],
])("a batch is refused before anything runs: %s", async (_what, batch, fault) => {
  expect(await post(batch)).toEqual({
    status: 400,
    body: {
      jsonrpc: "2.0",
      id: null,
      error: { code: -32600, message: `Invalid request: ${fault}; none was started` },
    },
    calls: 0,
  });
});

it("a batch may contain as many requests as its limit allows", async () => {
  const { status, calls } = await post([1, 2, 3, 4, 5].map((id) => callOf(id)));
  expect({ status, calls }).toEqual({ status: 200, calls: 5 });
});

it("messages without an id may repeat in a batch", async () => {
  const note = { jsonrpc: "2.0", method: "notifications/initialized" };
  const answer = { jsonrpc: "2.0", id: 5, result: {} };
  const other = { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: 6 } };
  expect((await post([note, callOf(5), note, answer, answer, other])).calls).toBe(1);
});
