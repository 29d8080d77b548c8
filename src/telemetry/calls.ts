import type { Attributes, Meter, Tracer } from "@opentelemetry/api";
import type { ServerFollower } from "../log/served.ts";
import { callEnded } from "../log/signals.ts";
import { AskAgain } from "../tools/ask-person.ts";
import { Deferred } from "../tools/deferral.ts";
import type { ToolResult } from "../tools/job.ts";
import * as name from "./names.ts";
import { createServerSpans } from "./server-spans.ts";

/** Runs a call in its own span. @param tool undefined if no tool has the name that was called. */
export type TraceCall = <T extends ToolResult | undefined>(
  tool: string | undefined,
  work: () => Promise<T>,
) => Promise<T>;

/** The protocol's response for an unknown tool. */
const INVALID_PARAMS = "-32602";

/** Creates server spans and measures durations of calls and of other methods. Neither includes arguments, results or the caller. */
export function createCallTracer(
  tracer: Tracer,
  meter: Meter,
  transport: "pipe" | "tcp",
): {
  readonly traceCall: TraceCall;
  readonly followMethod: ServerFollower["followMethod"];
  close(): void;
} {
  const duration = meter.createHistogram(name.CALL_DURATION, {
    unit: "s",
    description: "Duration of a call as the server sees it",
    advice: { explicitBucketBoundaries: name.SECONDS },
  });
  const { run, note } = createServerSpans(tracer);
  const attributesOf = (method: string): Attributes => ({
    [name.MCP_METHOD]: method,
    [name.NETWORK_TRANSPORT]: transport,
  });

  return {
    close: callEnded.listen(({ outcome }) => note(outcome)),
    traceCall(tool, work) {
      const attributes = {
        ...attributesOf("tools/call"),
        [name.OPERATION_NAME]: "execute_tool",
        ...(tool !== undefined && { [name.TOOL_NAME]: tool }),
      };
      const title = tool === undefined ? "tools/call" : `tools/call ${tool}`;
      return run({ title, attributes, duration, describe: describeCall }, work);
    },
    followMethod: (method, work) =>
      run({ title: method, attributes: attributesOf(method), duration, describe: describeAnswer }, work),
  };
}

function describeCall(
  end: { readonly result: ToolResult | undefined } | { readonly thrown: unknown },
): Attributes {
  if ("result" in end) {
    const { result } = end;
    if (result === undefined) return { [name.ERROR_TYPE]: INVALID_PARAMS };
    return result.isError ? { [name.ERROR_TYPE]: "tool_error" } : {};
  }
  // Only a round has ended, not the write: the client calls again with the person's answer.
  if (end.thrown instanceof AskAgain) return { [name.OUTCOME]: "input_required" };
  return end.thrown instanceof Deferred ? {} : { [name.ERROR_TYPE]: "_OTHER" };
}

/** Errors of the protocol are named by their code. */
function describeAnswer(end: { readonly result: unknown } | { readonly thrown: unknown }): Attributes {
  if ("result" in end) return {};
  const code = (end.thrown as { readonly code?: unknown } | undefined)?.code;
  return { [name.ERROR_TYPE]: typeof code === "number" ? String(code) : "_OTHER" };
}
