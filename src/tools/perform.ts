import type { C1Api, Call, JsonObject } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import { listCandidates } from "./candidates.ts";
import { requireConsent } from "./consent.ts";
import type { Run, Tool, ToolContext, WritePlan, WriteTool } from "./define.ts";
import { judgeBefore, type Known, lookAgain, readBefore, type Sent } from "./guard.ts";
import { needsConsent } from "./policy.ts";
import { questionFor, requireUnchanged } from "./question.ts";
import type { ToolDeps, Trace } from "./run.ts";

/** Checks older than this are made again before a write, in milliseconds. */
const STALE_MS = 1_000;

type Output = Record<string, unknown>;
type Plan = WritePlan<Output>;

/** Everything behind the arguments of one call. */
export interface Job {
  readonly args: unknown;
  readonly api: C1Api;
  readonly context: ToolContext;
  readonly deps: ToolDeps;
  readonly trace: Trace;
  /** Keeps a secret out of every output while the call runs. */
  hide(secret: string): void;
  /** Takes secrets and the sensitive arguments of this call out of what others wrote. */
  mask(text: string): string;
}

/** Runs a tool whose arguments are good. */
export async function performTool(tool: Tool, job: Job): Promise<Output> {
  const run = startRun(job, job.deps.timeoutMs);
  if (tool.effect === "read") return tool.read(job.args, run).catch((error) => raise(error, tool));
  const plan = await makePlan(tool, job, run);
  if (plan.dryRun) return withNotes(await preview(plan, job, run), run);
  if (!needsConsent(tool, job.deps.policy)) return finish(tool, plan, job, run);

  const known = await lookBefore(plan, job, run);
  const existing = judgeBefore(plan, known.before, known.lately);
  if (existing) return withNotes(existing, run);
  const question = questionFor(tool, plan, known, job, run.unchecked);
  const asked = job.deps.clock.now();
  const left = run.call.deadline - asked;
  await requireConsent(question, job.context);
  // A person's time is not C1's: the work goes on with what was left. What they agreed to must still hold.
  const fresh = startRun(job, left);
  if (job.deps.clock.now() - asked <= STALE_MS) {
    fresh.unchecked.push(...run.unchecked);
    return finish(tool, plan, job, fresh, question.binding);
  }
  return finish(tool, await makePlan(tool, job, fresh), job, fresh, question.binding);
}

/**
 * The part that no two calls with one key do at the same time: look, send, and look again if it is not clear.
 * @param agreed what a person's consent is bound to, where one was asked for.
 */
async function finish(tool: WriteTool, plan: Plan, job: Job, run: Run, agreed?: string): Promise<Output> {
  const { guard } = plan;
  const { call } = run;
  const output = await job.deps.locks.run(guard.key, call, async () => {
    const before = await readBefore(guard, call, run);
    const lately = job.deps.locks.recent.look(guard.key);
    const existing = judgeBefore(plan, before, lately);
    if (existing) return existing;
    if (agreed !== undefined) requireUnchanged(agreed, tool, plan, { before, lately }, job);
    if (call.signal.aborted) throw new Failure("cancelled", "The call was cancelled.");
    const sentAt = job.trace.answer?.date ?? job.deps.clock.now();
    return send(tool, plan, { before, lately, sentAt }, job, call);
  });
  const seen = plan.wait ? { ...output, ...(await plan.wait(output, run, job.context)) } : output;
  return withNotes(seen, run);
}

async function send(tool: WriteTool, plan: Plan, known: Sent, job: Job, call: Call): Promise<Output> {
  const { deps, trace } = job;
  const { guard } = plan;
  const remember = (output?: Output) => {
    if (guard.idOf) deps.locks.recent.note(guard.key, output && guard.idOf(output), deps.timeoutMs);
  };
  // Survives even a kill, as the record of the outcome may not; without it nothing is sent.
  deps.audit.intend({ ...trace.attempt, targets: plan.targets });
  // An answer to a look-up is not the answer to the write.
  delete trace.answer;
  trace.sent = true;
  try {
    const output = await plan.send(call);
    refuseOld(guard.idOf?.(output), known);
    remember(output);
    return output;
  } catch (error) {
    if (!(error instanceof Failure)) {
      remember();
      throw error;
    }
    const isConflict = error.status === 409;
    if (error.changed === "no" && !isConflict) return raise(error, tool);
    const { answer } = trace;
    // An owner's row is there or it is not; of a create whose end C1 leaves open the object may show later.
    const refused = isConflict && (error.changed === "no" || guard.ifExists === "done");
    const seen = await lookAgain(guard, known, call, deps, refused);
    if (answer) trace.answer = answer;
    if (seen.kind === "found") {
      remember(seen.output);
      return seen.output;
    }
    if (seen.kind === "absent") return raise(error.with({ changed: "no" }), tool);
    remember();
    // By their ids alone: that their names are to be believed is just what is not known.
    const candidates = seen.kind === "unclear" ? seen.candidates.map(({ id }) => `[${id}]`) : [];
    const hint = candidates.length > 0 ? ` New there, and perhaps it: ${listCandidates(candidates)}.` : "";
    return raise(error.with({ changed: "maybe" }), tool, plan.ifUnknown + hint);
  }
}

/** An answer that names what was there before is no answer to a create. */
function refuseOld(id: string | undefined, { before, lately }: Known): void {
  if (id === undefined) return;
  if (!before?.items.some((item) => item.id === id) && !lately.made.includes(id)) return;
  throw new Failure("outcome_unknown", `C1 answered with something that was there before [${id}].`, {
    changed: "maybe",
  });
}

async function lookBefore({ guard }: Plan, { deps }: Job, run: Run): Promise<Known> {
  const before = await readBefore(guard, run.call, run);
  return { before, lately: deps.locks.recent.look(guard.key) };
}

/** What would be sent, after all the checks that a real call would make. */
async function preview(plan: Plan, job: Job, run: Run): Promise<Output> {
  const { before, lately } = await lookBefore(plan, job, run);
  const existing = judgeBefore(plan, before, lately);
  if (existing) return existing;
  const { method, path } = plan.request;
  const body: JsonObject = plan.shownBody ?? plan.request.body;
  return {
    summary: `Dry run, nothing was sent: ${plan.intent}, in ${run.tenant}.`,
    tenant: run.tenant,
    dryRun: true,
    request: { method, path, body },
    ...(plan.changes && { changes: plan.changes }),
  };
}

function withNotes(output: Output, { unchecked }: Run): Output {
  return unchecked.length > 0 ? { ...output, unchecked: [...new Set(unchecked)] } : output;
}

function startRun({ api, context, deps, trace, hide, mask }: Job, timeoutMs: number): Run {
  const call: Call = {
    signal: context.signal,
    deadline: deps.clock.now() + timeoutMs,
    onAnswer: (answer) => {
      trace.answer = answer;
    },
    mask,
  };
  return { api, call, tenant: deps.tenant, clock: deps.clock, secrets: deps.secrets, hide, unchecked: [] };
}

async function makePlan(tool: WriteTool, { args, trace }: Job, run: Run): Promise<Plan> {
  const plan = await tool.plan(args, run);
  trace.targets = plan.targets;
  return plan;
}

/** Adds what only the tool knows: the roles its operation takes, and where to look when the outcome is unknown. */
function raise(error: unknown, tool: Tool, ifUnknown?: string): never {
  if (!(error instanceof Failure)) throw error;
  // Cancelled, timed out or broken off: to the caller it is one thing, an outcome that nobody knows.
  if (error.changed === "maybe" && ifUnknown !== undefined)
    throw error.with({ code: "outcome_unknown", next: ifUnknown });
  if (error.code === "forbidden") throw error.with({ next: tool.roles });
  throw error;
}
