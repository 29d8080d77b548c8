import type { Meter, Tracer } from "@opentelemetry/api";
import { expect, it, vi } from "vitest";
import { createCallTracer } from "../../../src/telemetry/calls.ts";
import { Deferred } from "../../../src/tools/deferral.ts";
import { AskAgain } from "../../../src/tools/define.ts";

const TARGET = { appId: "a", connectorId: "c" };
const PENDING = { tool: "sync_connector", tenant: "acme", target: TARGET, until: 0, seconds: 60 };

function start() {
  const span = {
    spanContext: () => ({ traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1 }),
    setAttribute: vi.fn(() => span),
    setStatus: vi.fn(() => span),
    end: vi.fn(),
  };
  const tracer = { startSpan: () => span } as unknown as Tracer;
  const meter = { createHistogram: () => ({ record: vi.fn() }) } as unknown as Meter;
  return { span, ...createCallTracer(tracer, meter, "pipe") };
}

it.each<[string, Error, boolean]>([
  ["asks a person first", new AskAgain({ message: "May I?", binding: "it" }), false],
  ["goes on as a task", new Deferred(PENDING, "Waiting."), false],
  ["breaks", new Error("oops"), true],
])("the span of a call that %s ends, as an error or not", async (_what, thrown, isError) => {
  const { span, traceCall, close } = start();
  await expect(traceCall("sync_connector", () => Promise.reject(thrown))).rejects.toBe(thrown);
  expect(span.end).toHaveBeenCalledOnce();
  expect(span.setStatus.mock.calls.length > 0).toBe(isError);
  close();
});
