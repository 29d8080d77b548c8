import type { Call } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import type { RecentWrites } from "../replicas/port.ts";
import { listCandidates } from "./candidates.ts";
import type { DuplicateGuard, WritePlan } from "./define.ts";
import type { Run } from "./job.ts";
import { lookUp } from "./look-up.ts";
import type { Existing } from "./named.ts";
import { isRefusal, type Reading } from "./read-all.ts";

/** What existed before a write; undefined if C1 does not let this credential read it. */
export type Before = Reading<Existing> | undefined;

/** What may exist already. */
export interface Known {
  readonly before: Before;
  readonly recent: RecentWrites;
}

/** Id of the object that a result is about; undefined if creating it twice does no harm. */
export function idIn(
  output: Readonly<Record<string, unknown>>,
  { idKey }: { readonly idKey?: string },
): string | undefined {
  const id = idKey === undefined ? undefined : output[idKey];
  return typeof id === "string" ? id : undefined;
}

/**
 * Looks for existing objects before a write. If the look-up is not allowed, the write may proceed and the result says so. If it
 * failed for a temporary reason, the call ends, because proceeding could create a duplicate.
 */
export async function readBefore<Output>(
  guard: DuplicateGuard<Output>,
  call: Call,
  run: Run,
): Promise<Before> {
  if (guard.ifExists === "repeat") return { items: [] };
  // Adding what already exists is harmless, so the look-up must neither fail the call nor use up its time.
  if (guard.ifExists === "done") return lookUp(guard.what, run, (limited) => guard.find(limited));
  try {
    const before = await guard.find(call);
    if (before.gap !== undefined && guard.ifExists === "create")
      run.unchecked.push(`${guard.what} (${before.gap})`);
    return before;
  } catch (error) {
    if (!(error instanceof Failure) || !isRefusal(error)) throw error;
    run.unchecked.push(`${guard.what} (${error.code})`);
    return undefined;
  }
}

/**
 * Returns the result if the request is already fulfilled, and undefined if it may be sent; throws if it must not be.
 * @param known what exists, and what this process wrote that C1 may not show yet.
 */
export function judgeBefore<Output>(plan: WritePlan<Output>, known: Known): Output | undefined {
  const { guard } = plan;
  if (guard.ifExists === "create" || guard.ifExists === "repeat") return undefined;
  const all = listTwins(known);
  const [first] = all;
  if (!first) {
    // Adding what may already exist is harmless.
    if (guard.ifExists !== "done") requireNone(plan, known);
    return undefined;
  }
  const found = listCandidates(all.map(({ label }) => label));
  if (guard.ifExists === "fail") {
    const mends = all.map((one) => guard.mend?.(one));
    const mend = mends.includes(undefined) ? undefined : mends[0];
    const which = all.length > 1 ? "Ask which one is meant. " : "";
    throw new Failure("already_exists", `${guard.existsAlready}: ${found}.`, {
      next: mend
        ? which + mend
        : "Go on with that id, pass ifExists: reuse, or ifExists: create to make another one.",
    });
  }
  if (guard.ifExists === "reuse") requireOne(guard, known, all.length, found);
  return guard.describe(first, "existing");
}

/** Existing objects of that kind: those that C1 shows, and those that this process created and C1 does not show yet. */
export function listTwins({ before, recent }: Known): Existing[] {
  const shown = before?.items ?? [];
  const hidden = recent.made.filter((id) => !shown.some((item) => item.id === id));
  const note = "made a moment ago, not shown by C1 now";
  return [...shown, ...hidden.map((id) => ({ id, label: `${note} [${id}]`, note }))];
}

/** Seeing nothing is not enough: nothing may have been hidden from view. */
function requireNone<Output>({ guard, ifUnknown }: WritePlan<Output>, { before, recent }: Known): void {
  if (before?.gap !== undefined) throw notSure(guard, before.gap);
  if (!recent.unclear) return;
  throw new Failure(
    "unavailable",
    "An earlier call for the same ended without a known outcome, and what it made may not show yet.",
    { next: `${ifUnknown} Minutes may pass; ifExists: create makes one all the same.` },
  );
}

function requireOne(guard: { readonly what: string }, { before }: Known, count: number, found: string): void {
  if (count > 1) {
    throw new Failure("ambiguous_reference", `There are several to reuse: ${found}.`, {
      next: "Ask which one is meant and go on with its id.",
    });
  }
  if (before?.gap !== undefined) throw notSure(guard, before.gap, found);
}

/** An incomplete list proves neither that an object exists nor that it does not. */
function notSure({ what }: { readonly what: string }, gap: string, found?: string): Failure {
  const but = found === undefined ? "" : `, beside ${found}`;
  return new Failure(
    "ambiguous_reference",
    `The list of ${what} could not be read to its end (${gap}), so there may be one${but}.`,
    {
      next: "Look in the C1 console; go on with the id of the one that is there, or pass ifExists: create to make one all the same.",
    },
  );
}
