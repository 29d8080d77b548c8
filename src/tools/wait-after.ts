import { Failure } from "../errors.ts";
import type { Run, WritePlan, WriteTool } from "./define.ts";
import type { Job } from "./job.ts";
import { GoesOn, type Rest } from "./later.ts";
import type { Output } from "./performed.ts";
import { pollFor } from "./poll.ts";

/** A result, complete or with what will complete it. */
export interface Waited {
  readonly output: Output;
  readonly goesOn?: GoesOn;
}

/** The write is done: nothing that fails from here on, a caller who leaves included, may make it look undone. */
export async function waitAfter(
  tool: WriteTool,
  plan: WritePlan<Output>,
  output: Output,
  run: Run,
  job: Job,
): Promise<Waited> {
  const { context, deps } = job;
  try {
    await plan.after?.(output, run);
    return await wait(tool, plan, output, run, job);
  } catch (error) {
    if (!(error instanceof Failure) && !context.signal.aborted)
      deps.logger.error({ err: error }, "unexpected error after a write");
    run.unchecked.push(`what followed the write (${error instanceof Failure ? error.code : "stopped"})`);
    return { output };
  }
}

async function wait(
  tool: WriteTool,
  plan: WritePlan<Output>,
  output: Output,
  run: Run,
  { context, deps }: Job,
): Promise<Waited> {
  const { seconds, since } = plan.wait ?? { seconds: 0 };
  const watch = seconds > 0 ? tool.watch?.(output, since, run) : undefined;
  if (!watch) return { output };
  const until = run.clock.now() + seconds * 1000;
  const poll = (seconds: number) => pollFor(watch.look, { seconds, describe: watch.describe }, run, context);
  const first = Math.min(seconds, (context.later?.patienceMs ?? Number.POSITIVE_INFINITY) / 1000);
  let seen = await poll(first);
  if (!seen && context.later && first < seconds && !context.signal.aborted) {
    const rest: Rest = deps.redactor.redactValue({
      tool: tool.name,
      tenant: run.tenant,
      output,
      ...(run.unchecked.length > 0 && { notes: run.unchecked }),
      since,
      until,
      ...(isQuiet(plan) && { isQuiet: true }),
    });
    if (context.later.takes(rest)) return { output, goesOn: new GoesOn(rest, `${watch.describe()}.`) };
    seen = await poll(seconds - first);
  }
  return { output: { ...output, ...(seen ?? watch.giveUp()) } };
}

/** Whether C1 may repeat a secret that only this call masks. */
function isQuiet({ holdsSecrets = false, asked = [] }: WritePlan<Output>): boolean {
  return holdsSecrets || asked.length > 0;
}

export function withNotes(output: Output, { unchecked }: { readonly unchecked: readonly string[] }): Output {
  return unchecked.length > 0 ? { ...output, unchecked: [...new Set(unchecked)] } : output;
}
