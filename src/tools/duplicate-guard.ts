import type { Call } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import type { RecentWrites } from "../shared/port.ts";
import { listCandidates } from "./candidates.ts";
import type { DuplicateGuard, Existing, Run, WritePlan } from "./define.ts";
import { lookUp } from "./look-up.ts";
import type { Reading } from "./read-all.ts";

/** What stood there before a write; undefined when C1 does not let it be read. */
export type Before = Reading<Existing> | undefined;

/** What may be there already. */
export interface Known {
  readonly before: Before;
  readonly recent: RecentWrites;
}

/**
 * Reads what is there before a write. Where reading is not allowed, the write may go ahead, and the result says so; a
 * reading that failed for a passing reason ends the call, because going on could do the thing twice.
 */
export async function readBefore<Output>(
  guard: DuplicateGuard<Output>,
  call: Call,
  run: Run,
): Promise<Before> {
  if (guard.ifExists === "repeat") return { items: [] };
  // To add what is there already does no harm: the look must neither fail the call nor use up its time.
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

function isRefusal({ code, status }: Failure): boolean {
  if (code === "forbidden" || code === "not_found" || code === "rejected") return true;
  // No such operation there, or no API at all behind that path; both say nothing about this object.
  return code === "unavailable" && (status === 501 || status === 200);
}

/**
 * The result when the wish is fulfilled already; throws when it must not be done; undefined when it may be sent.
 * @param known what is there, and what this process did that C1 may not show yet.
 */
export function judgeBefore<Output>(plan: WritePlan<Output>, known: Known): Output | undefined {
  const { guard } = plan;
  if (guard.ifExists === "create" || guard.ifExists === "repeat") return undefined;
  const all = listTwins(known);
  const [first] = all;
  if (!first) {
    // To add what may be there already does no harm.
    if (guard.ifExists !== "done") requireNone(plan, known);
    return undefined;
  }
  const found = listCandidates(all.map(({ label }) => label));
  if (guard.ifExists === "fail") {
    throw new Failure("already_exists", `${guard.existsAlready}: ${found}.`, {
      next: "Go on with that id, pass ifExists: reuse, or ifExists: create to make another one.",
    });
  }
  if (guard.ifExists === "reuse") requireOne(guard, known, all.length, found);
  return guard.describe(first, "existing");
}

/** What is there already of the kind: as C1 shows it, and what this process made that C1 does not show yet. */
export function listTwins({ before, recent }: Known): Existing[] {
  const shown = before?.items ?? [];
  const hidden = recent.made.filter((id) => !shown.some((item) => item.id === id));
  const note = "made a moment ago, not shown by C1 now";
  return [...shown, ...hidden.map((id) => ({ id, label: `${note} [${id}]`, note }))];
}

/** That nothing was seen is not enough: there must be nothing that could not be seen. */
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

/** A list that ends too early shows neither that there is one nor that there is none. */
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
