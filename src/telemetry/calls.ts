import {
  type Attributes,
  type Meter,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
} from "@opentelemetry/api";
import { callEnded } from "../log/signals.ts";
import { currentSpan, runInSpan } from "../log/trace.ts";
import { Deferred } from "../tools/deferral.ts";
import { AskAgain } from "../tools/define.ts";
import type { ToolResult } from "../tools/job.ts";
import { contextOf, spanOf } from "./context.ts";
import * as name from "./names.ts";

/** Runs a call in its own span. @param tool undefined if no tool has the name that was called. */
export type TraceCall = <T extends ToolResult | undefined>(
  tool: string | undefined,
  work: () => Promise<T>,
) => Promise<T>;

/** The protocol's response for an unknown tool. */
const INVALID_PARAMS = "-32602";

/** Creates server spans and measures call durations. Neither includes arguments, results or the caller. */
export function createCallTracer(
  tracer: Tracer,
  meter: Meter,
  transport: "pipe" | "tcp",
): { readonly traceCall: TraceCall; close(): void } {
  const duration = meter.createHistogram(name.CALL_DURATION, {
    unit: "s",
    description: "Duration of a call as the server sees it",
    advice: { explicitBucketBoundaries: name.SECONDS },
  });
  const running = new Map<string, Span>();
  const stopListening = callEnded.listen(({ outcome }) => {
    running.get(currentSpan()?.spanId ?? "")?.setAttribute(name.OUTCOME, outcome);
  });

  return {
    close: stopListening,
    async traceCall(tool, work) {
      const attributes: Attributes = {
        [name.MCP_METHOD]: "tools/call",
        [name.OPERATION_NAME]: "execute_tool",
        ...(tool !== undefined && { [name.TOOL_NAME]: tool }),
        [name.NETWORK_TRANSPORT]: transport,
      };
      const title = tool === undefined ? "tools/call" : `tools/call ${tool}`;
      const span = tracer.startSpan(title, { kind: SpanKind.SERVER, attributes }, contextOf(callersSpan()));
      const own = spanOf(span);
      const started = performance.now();
      const end = (error: string | undefined) => {
        running.delete(own.spanId);
        if (error !== undefined) {
          attributes[name.ERROR_TYPE] = error;
          span.setAttribute(name.ERROR_TYPE, error).setStatus({ code: SpanStatusCode.ERROR });
        }
        span.end();
        duration.record((performance.now() - started) / 1000, attributes);
      };
      running.set(own.spanId, span);
      try {
        const result = await runInSpan(own, work);
        end(errorOf(result));
        return result;
      } catch (thrown) {
        // Only a round has ended, not the write: the client calls again with the person's answer.
        if (thrown instanceof AskAgain) span.setAttribute(name.OUTCOME, "input_required");
        const isError = !(thrown instanceof AskAgain) && !(thrown instanceof Deferred);
        end(isError ? "_OTHER" : undefined);
        throw thrown;
      }
    },
  };
}

function callersSpan() {
  const span = currentSpan();
  return span?.parentId === undefined ? undefined : { span, spanId: span.parentId };
}

function errorOf(result: ToolResult | undefined): string | undefined {
  if (result === undefined) return INVALID_PARAMS;
  return result.isError ? "tool_error" : undefined;
}
