import type { Meter, Tracer } from "@opentelemetry/api";
import { vi } from "vitest";

/** A tracer whose only span records what is done to it, and a meter of one histogram. */
export function createFakeTracer() {
  const span = {
    spanContext: () => ({ traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1 }),
    setAttribute: vi.fn(() => span),
    setStatus: vi.fn(() => span),
    end: vi.fn(),
  };
  const startSpan = vi.fn(() => span);
  const record = vi.fn();
  const tracer = { startSpan } as unknown as Tracer;
  const meter = { createHistogram: () => ({ record }) } as unknown as Meter;
  return { span, startSpan, record, tracer, meter };
}
