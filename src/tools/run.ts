import type { Answer, C1Api, Call } from "../c1/port.ts";
import type { Clock } from "../clock.ts";
import { Failure, formatFailure } from "../errors.ts";
import type { Audit } from "../log/audit.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import type { Run, Tool, ToolContext, WritePlan, WriteTool } from "./define.ts";
import { parseArguments } from "./parse.ts";
import type { ToolResult } from "./registry.ts";

/** What all tools share. */
export interface ToolDeps {
  /** Name of the tenant as people know it, or what stands in for it while it is not configured. */
  readonly tenant: string;
  /** Why no tool can run, with everything that is to be set. Wins over every other failure. */
  readonly notConfigured?: Failure | undefined;
  /** The client, made on first use. */
  readonly connect: () => Promise<C1Api>;
  readonly audit: Audit;
  readonly logger: Logger;
  readonly redactor: Redactor;
  readonly clock: Clock;
  /** Longest time the calls to C1 behind one tool call may take together, in milliseconds. */
  readonly timeoutMs: number;
}

/** What became of a call, gathered for its audit record. */
interface Trace {
  answer?: Answer;
  targets?: WritePlan<unknown>["targets"];
}

/**
 * The one way a tool runs: parse, connect, plan, send, audit. Handlers neither catch nor log; whatever they throw ends
 * here and becomes a result that says what happened, whether anything changed, and what to do next.
 */
export async function runTool(
  tool: Tool,
  args: unknown,
  context: ToolContext,
  deps: ToolDeps,
): Promise<ToolResult> {
  const started = deps.clock.now();
  const trace: Trace = {};
  const forget: (() => void)[] = [];
  let failure: Failure | undefined;
  let result: ToolResult;
  try {
    const output = await attempt(tool, args, context, deps, trace, forget);
    const structured = deps.redactor.redactValue(output);
    result = { content: [{ type: "text", text: JSON.stringify(structured) }], structuredContent: structured };
  } catch (error) {
    failure = toFailure(error, tool, context.signal, deps.logger);
    result = {
      content: [{ type: "text", text: deps.redactor.redact(formatFailure(failure)) }],
      isError: true,
    };
  }
  const durationMs = deps.clock.now() - started;
  const status = failure?.status ?? trace.answer?.status;
  const requestId = failure?.requestId ?? trace.answer?.requestId;
  const record = {
    tool: tool.name,
    tenant: deps.tenant,
    principal: context.principal,
    ...(context.client !== undefined && { client: context.client }),
    outcome: failure?.code ?? "ok",
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
    durationMs,
  };
  if (tool.effect === "read") deps.logger.debug(record, "read");
  else
    deps.audit({
      ...record,
      changed: failure?.changed ?? "yes",
      ...(trace.targets && { targets: trace.targets }),
    });
  // Only after the last line about this call has been written.
  for (const done of forget) done();
  return result;
}

async function attempt(
  tool: Tool,
  rawArgs: unknown,
  context: ToolContext,
  deps: ToolDeps,
  trace: Trace,
  forget: (() => void)[],
): Promise<Record<string, unknown>> {
  if (deps.notConfigured) throw deps.notConfigured;
  const args = parseArguments(tool.input, rawArgs, tool.name);
  if (tool.effect !== "read") forget.push(...hideSensitive(tool, args, deps.redactor));
  const api = await deps.connect();
  const call: Call = {
    signal: context.signal,
    deadline: deps.clock.now() + deps.timeoutMs,
    onAnswer: (answer) => {
      trace.answer = answer;
    },
  };
  const run: Run = { api, call, tenant: deps.tenant, now: () => deps.clock.now(), unchecked: [] };
  if (tool.effect === "read") return tool.read(args, run).catch((error) => raise(error, tool));

  const plan = await tool.plan(args, run);
  trace.targets = plan.targets;
  context.signal.throwIfAborted();
  // An answer to a look-up is not the answer to the write.
  delete trace.answer;
  const output = await plan.send(call).catch((error) => raise(error, tool, plan.ifUnknown));
  return run.unchecked.length > 0 ? { ...output, unchecked: run.unchecked } : output;
}

/** Adds what only the tool knows: the roles its operation takes, and where to look when the outcome is unknown. */
function raise(error: unknown, tool: Tool, ifUnknown?: string): never {
  if (!(error instanceof Failure)) throw error;
  if (error.changed === "maybe" && ifUnknown !== undefined) {
    // Cancelled, timed out or broken off: to the caller it is one thing, an outcome that nobody knows.
    throw new Failure("outcome_unknown", error.message, { ...detailsOf(error), next: ifUnknown });
  }
  if (error.code === "forbidden")
    throw new Failure(error.code, error.message, { ...detailsOf(error), next: tool.roles });
  throw error;
}

function detailsOf({ changed, status, requestId, cause }: Failure) {
  return {
    changed,
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
    cause,
  };
}

function hideSensitive(tool: WriteTool, args: unknown, redactor: Redactor): (() => void)[] {
  return (tool.sensitive?.(args) ?? []).map((value) => redactor.add(value));
}

function toFailure(error: unknown, tool: Tool, signal: AbortSignal, logger: Logger): Failure {
  if (error instanceof Failure) return error;
  if (signal.aborted && error === signal.reason) return new Failure("cancelled", "The call was cancelled.");
  logger.error({ err: error, tool: tool.name }, "unexpected error in a tool");
  return new Failure("internal", "The server met an error of its own; its log has the details.", {
    // Not known to have happened before anything was sent.
    changed: tool.effect === "read" ? "no" : "maybe",
  });
}
