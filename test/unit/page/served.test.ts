import { pino } from "pino";
import { afterEach, expect, it, vi } from "vitest";
import type { Clock } from "../../../src/clock.ts";
import { createRedactor } from "../../../src/log/redact.ts";
import { followServed, type ServedRequest } from "../../../src/log/served.ts";
import { currentSpan } from "../../../src/log/trace.ts";
import { createPageService } from "../../../src/page/service.ts";
import { createLocalShared } from "../../../src/replicas/local.ts";
import type { PageWork } from "../../../src/tools/page-port.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

afterEach(() => followServed(undefined));

function createService(
  base: string,
  { clock = createFakeClock(), close = () => undefined }: { clock?: Clock; close?: () => void } = {},
) {
  return createPageService({
    work: async () => ({}) as PageWork,
    site: { open: async () => base, close },
    key: undefined,
    uses: createLocalShared(clock),
    redactor: createRedactor(),
    logger: pino({ enabled: false }),
    clock,
  });
}

/** A request to the page under this address, and what is told about it. */
async function tell(base: string, path: string, headers: Record<string, string> = {}) {
  const service = createService(base);
  const told: (ServedRequest & { readonly parent: string | undefined })[] = [];
  followServed({
    followMethod: (_name, work) => work(),
    followRequest(request, work) {
      told.push({ ...request, parent: currentSpan()?.parentId });
      return work();
    },
  });
  await service.handle({ method: "GET", path, query: "?canary", headers, body: "" });
  return told;
}

it.each([
  ["/page/dont-tell-this-handle", "/page/{link}"],
  ["/page/dont/tell/this", "/page/{link}"],
  ["/page/", "/page/{link}"],
  ["/page/style.css", "/page/style.css"],
  ["/page/login", "/page/login"],
  ["/elsewhere/canary", undefined],
])("of %s only the route is told, wherever the page is", async (path, route) => {
  const request = { method: "GET", route, parent: undefined };
  expect(await tell("http://127.0.0.1:43111/page/", path)).toEqual([{ ...request, scheme: "http" }]);
  const deep = await tell("https://mcp.acme.example/c1/canary/page/", `/c1/canary${path}`);
  expect(deep).toEqual([{ ...request, scheme: "https" }]);
});

it("a proxy's trace is the parent", async () => {
  const traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
  const [told] = await tell("https://mcp.acme.example/page/", "/page/login", { traceparent });
  expect(told?.parent).toBe("00f067aa0ba902b7");
});

it("a page that nobody opens is closed, although its timer fires a little early", async () => {
  const clock = createFakeClock();
  const close = vi.fn();
  const service = createService("http://127.0.0.1:43111/page/", {
    close,
    clock: { ...clock, after: (ms, run) => clock.after(ms - 1, run) },
  });
  const now = clock.now();
  const plan = {
    ...{ id: "page-1", tool: "create_app", tenant: "acme.conductor.one", args: {}, principal: "local" },
    ...{ askedAt: now, expires: now + 600_000 },
  };
  service.elicitations.add("key", plan, await service.open(plan), []);
  clock.advance(590_000);
  expect(close).not.toHaveBeenCalled();
  clock.advance(11_000);
  expect(close).toHaveBeenCalledOnce();
});
