import type { Call } from "../c1/port.ts";
import { sleep } from "../clock.ts";
import { Failure } from "../errors.ts";
import { listCandidates } from "./candidates.ts";
import type { Existing, Guard, Run, WritePlan } from "./define.ts";
import type { Job } from "./perform.ts";
import type { Lately } from "./recent.ts";
import { lookUp } from "./resolve.ts";

/** Pauses between looks at an unclear outcome, in milliseconds; the last one repeats. */
const LOOK_AGAIN_MS = [0, 500, 1_000, 2_000, 4_000];

/** C1's times may be cut to the second. */
const ROUNDING_MS = 1_000;

/** What stood there before a write; undefined when it could not be read. */
export type Before = readonly Existing[] | undefined;

/** All that is known when a write is sent. */
export interface Known {
  readonly before: Before;
  readonly lately: Lately;
}

/**
 * Reads what is there before a write. Where reading is not allowed, the write may go ahead, and the result says so; a
 * reading that failed for a passing reason ends the call, because going on could do the thing twice.
 */
export async function readBefore<Output>(guard: Guard<Output>, call: Call, run: Run): Promise<Before> {
  // To add what is there already does no harm: the look must neither fail the call nor use up its time.
  if (guard.ifExists === "done") return lookUp(guard.what, run, (limited) => guard.find(limited));
  try {
    return await guard.find(call);
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
 * @param lately what this process did that C1 may not show yet.
 */
export function judgeBefore<Output>(
  { guard, ifUnknown }: WritePlan<Output>,
  before: Before,
  lately: Lately,
): Output | undefined {
  if (guard.ifExists === "create") return undefined;
  const shown = before ?? [];
  const hidden = lately.made.filter((id) => !shown.some((item) => item.id === id));
  const all = [...shown, ...hidden.map((id) => ({ id, label: `made a moment ago [${id}]` }))];
  const [first] = all;
  if (!first) {
    // To add what may be there already does no harm.
    if (!lately.unclear || guard.ifExists === "done") return undefined;
    throw new Failure(
      "unavailable",
      "An earlier call for the same ended without a known outcome, and what it made may not show yet.",
      { next: `${ifUnknown} Minutes may pass; ifExists: create makes one all the same.` },
    );
  }
  const found = listCandidates(all.map(({ label }) => label));
  if (guard.ifExists === "fail") {
    throw new Failure("already_exists", `${guard.existsAlready}: ${found}.`, {
      next: "Go on with that id, pass ifExists: reuse, or ifExists: create to make another one.",
    });
  }
  if (all.length > 1 && guard.ifExists === "reuse") {
    throw new Failure("ambiguous_reference", `There are several to reuse: ${found}.`, {
      next: "Ask which one is meant and go on with its id.",
    });
  }
  return guard.describe(first, "existing");
}

/**
 * Looks what became of a write whose answer did not come, until the deadline. Only one new object of the same key, made not
 * before the sending, is proof; anything else leaves the outcome unknown.
 */
export async function lookAgain<Output>(
  guard: Guard<Output>,
  { before, lately }: Known,
  sentAt: number,
  deadline: number,
  { deps }: Job,
): Promise<Output | undefined> {
  // What shows up now could be an earlier write whose outcome is not known either.
  if (!before || (lately.unclear && guard.ifExists !== "done")) return undefined;
  // Neither the caller's going away nor its cancelling ends this: the audit trail wants the truth.
  const call: Call = { signal: deps.stopping, deadline };
  const known = new Set([...before.map(({ id }) => id), ...lately.made]);
  try {
    for (let look = 0; ; look += 1) {
      const pause = LOOK_AGAIN_MS[Math.min(look, LOOK_AGAIN_MS.length - 1)] ?? 0;
      if (deps.clock.now() + pause >= deadline) return undefined;
      await sleep(deps.clock, pause, deps.stopping);
      const now = await guard.find(call).catch(ignorePassing);
      const fresh = (now ?? []).filter((item) => !known.has(item.id) && isFresh(item, sentAt, guard));
      const [only] = fresh;
      if (fresh.length > 1) return undefined;
      if (only) return guard.describe(only, "recovered");
    }
  } catch {
    return undefined;
  }
}

function isFresh({ createdAt }: Existing, sentAt: number, { ifExists }: Guard<unknown>): boolean {
  // A person's being an owner is the wish, whoever fulfilled it.
  if (ifExists === "done") return true;
  return createdAt !== undefined && Date.parse(createdAt) >= sentAt - ROUNDING_MS;
}

function ignorePassing(error: unknown): undefined {
  if (error instanceof Failure && (error.code === "unavailable" || error.code === "rate_limited"))
    return undefined;
  throw error;
}
