import { Failure } from "../errors.ts";
import { listCandidates } from "./candidates.ts";
import type { WritePlan } from "./define.ts";
import { idIn, type Known } from "./duplicate-guard.ts";
import type { Run } from "./job.ts";
import { lookUp } from "./look-up.ts";
import type { Existing } from "./named.ts";
import type { Output } from "./performed.ts";

/**
 * Looks once more after a create that no lock prevented other processes from repeating, and adds to the result any matching
 * objects beside the created one. If two processes create the same at the same moment, at least the later one sees both.
 */
export async function addTwins(
  output: Output,
  plan: WritePlan<Output>,
  known: Known,
  run: Run,
): Promise<Output> {
  const { guard } = plan;
  const made = idIn(output, guard);
  if (made === undefined || guard.ifExists === "create") return output;
  const old = new Set([made, ...(known.before?.items ?? []).map(({ id }) => id), ...known.recent.made]);
  const twins = (await lookOnce(plan, run)).filter(({ id }) => !old.has(id));
  if (twins.length === 0) return output;
  const several = twins.length === 1 ? "Another one was" : `${twins.length} others were`;
  const named = listCandidates(twins.map(({ label }) => label));
  return {
    ...output,
    summary: `${String(output.summary)} ${several} made at the same time by somebody else: ${named}.`,
    next: `Ask which one is to stay before anything else is done with them. Then: ${String(output.next)}`,
  };
}

/** The write is done, so a failure of this look must not make it appear undone. */
async function lookOnce({ guard }: WritePlan<Output>, run: Run): Promise<readonly Existing[]> {
  const what = `${guard.what} made at the same time`;
  try {
    const reading = await lookUp(what, run, (call) => guard.find(call));
    if (reading?.gap !== undefined) run.unchecked.push(`${what} (${reading.gap})`);
    return reading?.items ?? [];
  } catch (error) {
    run.unchecked.push(`${what} (${error instanceof Failure ? error.code : "stopped"})`);
    return [];
  }
}
