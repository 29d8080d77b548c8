import { expect, it } from "vitest";
import { createPageTracer } from "../../../src/telemetry/page-requests.ts";
import { createFakeTracer } from "../../support/fake-tracer.ts";

function start() {
  const { tracer, meter, ...fake } = createFakeTracer();
  return { ...fake, ...createPageTracer(tracer, meter) };
}

const REQUEST = { method: "GET", scheme: "https", route: "/page/{link}" };

it.each([
  [200, false],
  [404, false],
  [409, false],
  [500, true],
])("status %i is an error of the server: %s", async (status, isError) => {
  const { span, record, followRequest } = start();
  expect(await followRequest(REQUEST, async () => ({ status }))).toEqual({ status });
  expect(span.setStatus.mock.calls.length > 0).toBe(isError);
  expect(record.mock.calls[0]?.[1]).toEqual({
    "http.request.method": "GET",
    "url.scheme": "https",
    "http.route": "/page/{link}",
    "http.response.status_code": status,
    ...(isError && { "error.type": "500" }),
  });
});

it("a method that nobody knows is not repeated", async () => {
  const { startSpan, record, followRequest } = start();
  await followRequest({ ...REQUEST, method: "CANARY", route: undefined }, async () => ({ status: 405 }));
  expect(startSpan.mock.calls[0]?.slice(0, 2)).toMatchObject([
    "HTTP",
    { attributes: { "http.request.method": "_OTHER" } },
  ]);
  expect(JSON.stringify([startSpan.mock.calls, record.mock.calls])).not.toContain("CANARY");
});

it("a request that breaks off ends its span", async () => {
  const { span, record, followRequest } = start();
  const gone = new Error("gone");
  await expect(followRequest(REQUEST, () => Promise.reject(gone))).rejects.toBe(gone);
  expect(span.end).toHaveBeenCalledOnce();
  expect(record.mock.calls[0]?.[1]).toMatchObject({ "error.type": "_OTHER" });
});
