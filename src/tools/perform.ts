import type { C1Api, Call } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import { questionFor, requireConsent } from "./consent.ts";
import type { Run, Tool, ToolContext, WritePlan, WriteTool } from "./define.ts";
import { needsConsent } from "./policy.ts";
import type { ToolDeps, Trace } from "./run.ts";

/** Checks older than this are made again before a write, in milliseconds. */
const STALE_MS = 1_000;

type Output = Record<string, unknown>;

/** Everything behind the arguments of one call. */
export interface Job {
  readonly args: unknown;
  readonly api: C1Api;
  readonly context: ToolContext;
  readonly deps: ToolDeps;
  readonly trace: Trace;
}

/** Runs a tool whose arguments are good. A write goes: plan, consent, plan again if that took time, send. */
export async function performTool(tool: Tool, job: Job): Promise<Output> {
  const { args, deps } = job;
  const { call, run } = startRun(job, deps.timeoutMs);
  if (tool.effect === "read") return tool.read(args, run).catch((error) => raise(error, tool));

  let sending = call;
  let planning = run;
  let plan = await makePlan(tool, job, planning);
  if (needsConsent(tool, deps.policy)) {
    const left = call.deadline - deps.clock.now();
    const question = questionFor(tool, plan, deps.tenant, job.context.principal);
    const asked = deps.clock.now();
    await requireConsent(question, job.context);
    // A person's time is not C1's: the work goes on with what was left. What they agreed to must still hold.
    ({ call: sending, run: planning } = startRun(job, left));
    if (deps.clock.now() - asked > STALE_MS) {
      plan = await makePlan(tool, job, planning);
      if (questionFor(tool, plan, deps.tenant, job.context.principal).binding !== question.binding) {
        throw new Failure("declined", "While the person decided, what they agreed to has changed.", {
          next: "Call again to be asked anew.",
        });
      }
    }
  }
  job.context.signal.throwIfAborted();
  // An answer to a look-up is not the answer to the write.
  delete job.trace.answer;
  const { ifUnknown } = plan;
  const output = await plan.send(sending).catch((error) => raise(error, tool, ifUnknown));
  return planning.unchecked.length > 0 ? { ...output, unchecked: planning.unchecked } : output;
}

function startRun({ api, context, deps, trace }: Job, timeoutMs: number): { call: Call; run: Run } {
  const call: Call = {
    signal: context.signal,
    deadline: deps.clock.now() + timeoutMs,
    onAnswer: (answer) => {
      trace.answer = answer;
    },
  };
  return { call, run: { api, call, tenant: deps.tenant, now: () => deps.clock.now(), unchecked: [] } };
}

async function makePlan(tool: WriteTool, { args, trace }: Job, run: Run): Promise<WritePlan<Output>> {
  const plan = await tool.plan(args, run);
  trace.targets = plan.targets;
  return plan;
}

/** Adds what only the tool knows: the roles its operation takes, and where to look when the outcome is unknown. */
function raise(error: unknown, tool: Tool, ifUnknown?: string): never {
  if (!(error instanceof Failure)) throw error;
  const { changed, status, requestId, cause } = error;
  const details = {
    changed,
    ...(status !== undefined && { status }),
    ...(requestId !== undefined && { requestId }),
    cause,
  };
  if (changed === "maybe" && ifUnknown !== undefined) {
    // Cancelled, timed out or broken off: to the caller it is one thing, an outcome that nobody knows.
    throw new Failure("outcome_unknown", error.message, { ...details, next: ifUnknown });
  }
  if (error.code === "forbidden")
    throw new Failure(error.code, error.message, { ...details, next: tool.roles });
  throw error;
}
