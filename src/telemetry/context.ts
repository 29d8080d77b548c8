import { type Context, type Span as OtelSpan, ROOT_CONTEXT, TraceFlags, trace } from "@opentelemetry/api";
import type { Span } from "../log/trace.ts";

/** What a new span is a child of: the span given, or nothing. */
export function contextOf(parent: { readonly span: Span; readonly spanId: string } | undefined): Context {
  if (parent === undefined) return ROOT_CONTEXT;
  const { span, spanId } = parent;
  const traceFlags = span.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId: span.traceId, spanId, traceFlags, isRemote: true });
}

/** A span as log lines and requests name it. */
export function spanOf(span: OtelSpan): Span {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return { traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 };
}
