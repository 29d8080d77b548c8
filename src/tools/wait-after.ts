import { Failure } from "../errors.ts";
import { Deferred, type PendingWait, type WrittenIds } from "./deferral.ts";
import type { WritePlan, WriteTool } from "./define.ts";
import type { Job, Run } from "./job.ts";
import type { Output, Performed } from "./performed.ts";
import { pollFor } from "./poll.ts";
import { DEFAULT_ROLE } from "./roles.ts";

/**
 * Waits for the effect of a write, if the call asks for that. The write is done: nothing that fails from here on, a caller who leaves
 * included, may make it look undone.
 */
export async function waitAfter(
  tool: WriteTool,
  plan: WritePlan<Output>,
  performed: Performed,
  run: Run,
  job: Job,
): Promise<Performed> {
  const { context, deps } = job;
  try {
    if (performed.found !== "existing") await plan.after?.(performed.output, run);
    return await wait(tool, plan, performed, run, job);
  } catch (error) {
    if (!(error instanceof Failure) && !context.signal.aborted)
      deps.logger.error({ err: error }, "unexpected error after a write");
    run.unchecked.push(`what followed the write (${error instanceof Failure ? error.code : "stopped"})`);
    return performed;
  }
}

async function wait(
  tool: WriteTool,
  plan: WritePlan<Output>,
  performed: Performed,
  run: Run,
  { context, deps }: Job,
): Promise<Performed> {
  const { output } = performed;
  const { seconds, since } = plan.wait ?? { seconds: 0 };
  const watch = seconds > 0 ? tool.watch?.(output, since, run) : undefined;
  if (!watch) return performed;
  const began = run.clock.now();
  const written = withNotes(output, run);
  const poll = (seconds: number) => pollFor(watch.look, { seconds, describe: watch.describe }, run, context);
  const first = Math.min(seconds, (context.deferral?.patienceMs ?? Number.POSITIVE_INFINITY) / 1000);
  let seen = await poll(first);
  if (!seen && context.deferral && first < seconds && !context.signal.aborted) {
    const pending = pendingOf(tool, plan, performed, run, { deps }, began);
    if (pending && context.deferral.takes(pending))
      return { ...performed, deferred: new Deferred(pending, `${watch.describe()}.`) };
    seen = await poll(seconds - first);
  }
  return { ...performed, output: { ...output, ...(seen ?? watch.giveUp()) }, written };
}

/**
 * What remains of a write whose effect is waited for; undefined if there is nothing to wait for, or ids alone cannot tell it.
 * @param began when the wait began, in milliseconds since the epoch.
 */
export function pendingOf(
  { name }: WriteTool,
  plan: WritePlan<Output>,
  { output, found }: Performed,
  { tenant, unchecked, call: { mask } }: Run,
  { deps, entry }: Pick<Job, "deps" | "entry">,
  began: number,
): PendingWait | undefined {
  const { seconds, since } = plan.wait ?? { seconds: 0 };
  const target = targetOf(output);
  // Only the process that found an object knows how.
  if (seconds === 0 || found !== undefined || !target) return undefined;
  return {
    tool: name,
    tenant,
    target,
    until: Math.ceil(began / 1000 + seconds) * 1000,
    seconds,
    since,
    ...(plan.hasConfig && { isQuiet: true }),
    ...(mask && !hasOwnSecret(plan) && !entry?.typed.size && { mask }),
    output: deps.redactor.redactValue(output),
    ...(unchecked.length > 0 && { notes: unchecked }),
  };
}

/** Undefined for a result that other processes could not tell by ids alone. */
function targetOf({ appId, connectorId, userId, roleSlug }: Output): WrittenIds | undefined {
  if (typeof appId !== "string" || typeof connectorId !== "string") return undefined;
  if (typeof userId !== "string") return { appId, connectorId };
  return roleSlug === DEFAULT_ROLE ? { appId, connectorId, userId } : undefined;
}

/** Whether the call was given a secret that is not one of the server's. */
function hasOwnSecret({ holdsSecrets = false, asked = [] }: WritePlan<Output>): boolean {
  return holdsSecrets || asked.length > 0;
}

export function withNotes(output: Output, { unchecked }: { readonly unchecked: readonly string[] }): Output {
  return unchecked.length > 0 ? { ...output, unchecked: [...new Set(unchecked)] } : output;
}
