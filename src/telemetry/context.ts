import { type Context, type Span as OtelSpan, ROOT_CONTEXT, TraceFlags, trace } from "@opentelemetry/api";
import type { Span } from "../log/trace.ts";

/** The parent of a new span: the given span, or none. */
export function contextOf(parent: { readonly span: Span; readonly spanId: string } | undefined): Context {
  if (parent === undefined) return ROOT_CONTEXT;
  const { span, spanId } = parent;
  const traceFlags = span.sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { traceId: span.traceId, spanId, traceFlags, isRemote: true });
}

/** A span in the form used by log lines and requests. */
export function spanOf(span: OtelSpan): Span {
  const { traceId, spanId, traceFlags } = span.spanContext();
  return { traceId, spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 };
}
