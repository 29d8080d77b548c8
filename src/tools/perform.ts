import type { Call } from "../c1/port.ts";
import { readSteady, startAge } from "../clock.ts";
import { Failure } from "../errors.ts";
import type { JsonObject } from "../json.ts";
import { addTwins } from "./add-twins.ts";
import { adviseOn, blameAbsent } from "./blame-absent.ts";
import { requireConsent } from "./consent.ts";
import type { Tool, WritePlan, WriteTool } from "./define.ts";
import { idIn, judgeBefore, type Known, readBefore } from "./duplicate-guard.ts";
import { findDone, mayBeDoneElsewhere } from "./find-done.ts";
import type { Job, Run } from "./job.ts";
import { plausibleTime } from "./look-again.ts";
import { maskAll } from "./mask.ts";
import type { Output, Performed } from "./performed.ts";
import { questionFor, requireUnchanged } from "./question.ts";
import { formatChange } from "./question-lines.ts";
import { raise, sendOnce } from "./send.ts";
import { blockedBy, needsConsent } from "./switches.ts";
import { bringUpToDate } from "./up-to-date.ts";
import { tellEnd, visitPage } from "./visit.ts";
import { pendingOf, waitAfter, withNotes } from "./wait-after.ts";
import type { Looking } from "./watch.ts";

/** Checks older than this are repeated before a write, in milliseconds. */
const STALE_MS = 1_000;

const SECRETS_IN_LINK = "the arguments hold secrets, which must not be put into its link";

type Plan = WritePlan<Output>;

const untouched = (output: Output): Performed => ({ output, changed: "no" });

/** Runs a tool whose arguments have been checked. */
export async function performTool(tool: Tool, job: Job): Promise<Performed> {
  const absent: string[] = [];
  return perform(tool, job, absent).catch((error: unknown) => {
    throw blameAbsent(error, absent);
  });
}

/** @param absent collects the arguments that C1 shows nothing for, in either round. */
async function perform(tool: Tool, job: Job, absent: string[]): Promise<Performed> {
  const run = startRun(job, job.deps.timeoutMs, absent);
  if (tool.effect === "read") {
    const output = await tool.read(job.args, { ...run, isRead: true }).catch((error) => raise(error, tool));
    return untouched(withRemarks(output, tool, job.notes));
  }
  const ended = await tellEnd(tool, job);
  if (ended) return ended;
  const mayBeDone = await mayBeDoneElsewhere(tool, job);
  const failUnclear = (error: unknown) => {
    throw mayBeDone && error instanceof Failure
      ? error.with({ code: "outcome_unknown", changed: "maybe" })
      : error;
  };
  const plan = await makePlan(tool, job, { ...run, mayBeDone }).catch(failUnclear);
  if (plan.dryRun) return preview(plan, job, run);
  const mustType = plan.asked !== undefined && plan.asked.length > 0;
  if (!mustType && !needsConsent(tool.name, job.deps.switches)) return finish(tool, plan, job, run);

  const known = await lookBefore(plan, job, run).catch(failUnclear);
  const done = await findDone(tool, plan, known, job);
  if (done) return tellDone(tool, plan, done, hideForeignText(run, plan), job);
  const existing = judgeBefore(plan, known);
  if (existing) return tellExisting(existing, plan, job, run);
  const question = questionFor(tool, plan, known, job, run.unchecked);
  const asked = startAge(job.deps.clock);
  const left = run.call.deadline - readSteady(job.deps.clock);
  if (mustType) return visitPage(tool, plan, known, job);
  const consent = await job.context.ask(question);
  // A page can ask where the client cannot, but no secret may go into its link.
  if (consent === "unavailable" && run.page && run.page.off === undefined && !plan.holdsSecrets)
    return visitPage(tool, plan, known, job);
  requireConsent(consent, run.page?.off ?? (plan.holdsSecrets ? SECRETS_IN_LINK : undefined));
  job.draft.consent = "client";
  // The time that a person takes is not charged to the call, which resumes with the time that was left. What they agreed to must
  // still hold.
  const fresh = startRun(job, left, absent);
  if (asked() <= STALE_MS) {
    fresh.unchecked.push(...run.unchecked);
    return finish(tool, plan, job, fresh, question.binding);
  }
  return finish(tool, await makePlan(tool, job, fresh), job, fresh, question.binding);
}

/**
 * The part that no two calls with the same key run at once: look, send, and look again if the outcome is unclear.
 * @param agreed what a person's consent is bound to, if consent was required.
 */
export async function finish(
  tool: WriteTool,
  plan: Plan,
  job: Job,
  run: Run,
  agreed?: string,
): Promise<Performed> {
  const { guard } = plan;
  const { call } = run;
  const limits = { ...call, isHarmless: guard.idKey === undefined };
  const performed = await job.deps.shared.run(guard.key, limits, async (turn): Promise<Performed> => {
    const checked = startAge(job.deps.clock);
    const known = await lookBefore(plan, job, run);
    const existing = judgeBefore(plan, known);
    if (existing) return tellExisting(existing, plan, job, run);
    if (agreed !== undefined) requireUnchanged(agreed, tool, plan, known, job);
    await plan.recheck?.(call);
    if (call.signal.aborted) throw new Failure("cancelled", "The call was cancelled.");
    const now = job.deps.clock.now();
    const tenantTime = plausibleTime(job.draft.answer?.date, now);
    const sent = { ...known, sentAt: tenantTime ?? now, isTenantTime: tenantTime !== undefined };
    const sentOnce = await sendOnce(tool, plan, { ...sent, turn, checked }, job, call);
    if (sentOnce.changed === "no" || !job.deps.hasReplicas || !turn.isAlone()) return sentOnce;
    return { ...sentOnce, output: await addTwins(sentOnce.output, plan, known, run) };
  });
  const pending = job.entry && pendingOf(tool, plan, performed, run, job, job.deps.clock.now());
  job.entry?.done(conclude(performed, run), pending);
  return conclude(await waitAfter(tool, plan, performed, run, job), run);
}

/** What a page did in another process. How C1 stood before that is not known here, so its times tell whether it tried the config. */
async function tellDone(tool: WriteTool, plan: Plan, done: Output, run: Run, job: Job): Promise<Performed> {
  const { watchConfig } = tool;
  const watching = watchConfig
    ? { ...tool, watch: (output: Output, _since: unknown, run: Looking) => watchConfig(output, run) }
    : tool;
  const recovered: Performed = { output: done, changed: "yes", found: "recovered" };
  const performed = conclude(await waitAfter(watching, plan, recovered, run, job), run);
  const telling = { ...job, tool, connect: async () => job.api, mask: run.call.mask ?? maskAll };
  const told = untouched((await bringUpToDate(performed, telling)).output);
  const { page } = job.deps;
  // A caller who left has been told nothing; the next call will be.
  if (!job.context.signal.aborted)
    page?.loaded()?.elicitations.markTold(job.draft.attempt.write, { performed: told });
  return told;
}

/** For a write that another process sent, which alone knows what C1 may repeat of it. */
function hideForeignText(run: Run, { hasConfig = false }: Plan): Run {
  return hasConfig ? { ...run, call: { ...run.call, mask: maskAll } } : run;
}

function conclude(performed: Performed, run: Run): Performed {
  return { ...performed, output: withNotes(performed.output, run) };
}

export async function lookBefore({ guard }: Plan, { deps }: Job, run: Run): Promise<Known> {
  const before = await readBefore(guard, run.call, run);
  // Only writes that must not be repeated are recorded.
  const recent = guard.idKey ? await deps.shared.lookRecent(guard.key) : { made: [], unclear: false };
  return { before, recent };
}

/** What exists already. The audit record names it, because nothing else there tells it from its namesakes. */
export function tellExisting(output: Output, { guard }: Plan, { draft }: Job, run: Run): Performed {
  const id = idIn(output, guard);
  if (guard.idKey && id !== undefined) draft.targets = { ...draft.targets, [guard.idKey]: id };
  return { ...untouched(withNotes(output, run)), found: "existing" };
}

/** What would be sent, after all the checks of a real call. */
async function preview(plan: Plan, job: Job, run: Run): Promise<Performed> {
  const existing = judgeBefore(plan, await lookBefore(plan, job, run));
  if (existing) return tellExisting({ ...existing, dryRun: true }, plan, job, run);
  const { method, path } = plan.request;
  const body: JsonObject = plan.shownBody ?? plan.request.body;
  const output = {
    summary: `Dry run, nothing was sent: ${[`${plan.intent}, in ${run.tenant}.`, plan.caution].filter(Boolean).join(" ")}`,
    tenant: run.tenant,
    dryRun: true,
    request: { method, path, body },
    ...(run.absent.length > 0 && { next: adviseOn(run.absent) }),
    ...(plan.shownChanges && { changes: plan.shownChanges.map(formatChange) }),
  };
  return untouched(withNotes(output, run));
}

/** A list has no field for what was not checked, but has one for remarks. */
function withRemarks(output: Output, { output: { shape } }: Tool, notes: readonly string[]): Output {
  if (notes.length === 0 || "unchecked" in shape) return output;
  return { ...output, more: [output.more, `${notes.join("; ")}.`].filter(Boolean).join(" ") };
}

export function startRun(
  { api, context, deps, draft, mask, entry, notes }: Job,
  timeoutMs: number,
  absent: string[] = [],
): Run {
  const call: Call = {
    signal: context.signal,
    deadline: readSteady(deps.clock) + timeoutMs,
    onAnswer: (answer) => {
      draft.answer = answer;
    },
    mask,
  };
  const { tenant, clock, secrets } = deps;
  const page = deps.page && { off: deps.page.off(context), ...(entry && { typed: entry.typed }) };
  return {
    api,
    call,
    tenant,
    clock,
    secrets,
    caller: context.caller,
    offBy: (name) => blockedBy(name, true, deps.switches),
    needsConsent: (name) => needsConsent(name, deps.switches),
    ...(page && { page }),
    unchecked: [...notes],
    absent,
  };
}

export async function makePlan(tool: WriteTool, { args, draft }: Job, run: Run): Promise<Plan> {
  const plan = await tool.plan(args, run);
  draft.targets = plan.targets;
  return plan;
}
