import type { Answer, Call } from "../c1/port.ts";
import { sleep } from "../clock.ts";
import { Failure } from "../errors.ts";
import { listCandidates } from "./candidates.ts";
import type { Existing, Guard, Run, WritePlan } from "./define.ts";
import type { Reading } from "./read-all.ts";
import type { Lately } from "./recent.ts";
import { lookUp } from "./resolve.ts";
import type { ToolDeps } from "./run.ts";

/** Pauses between looks at an unclear outcome, in milliseconds; the last one repeats. */
const LOOK_AGAIN_MS = [0, 500, 1_000, 2_000, 4_000];

/** C1's times may be cut to the second. */
const ROUNDING_MS = 1_000;

/** What stood there before a write; undefined when C1 does not let it be read. */
export type Before = Reading<Existing> | undefined;

/** What may be there already. */
export interface Known {
  readonly before: Before;
  readonly lately: Lately;
}

/** What was known when a write was sent, and when that was. */
export interface Sent extends Known {
  /** The moment in milliseconds since the epoch, by the tenant's own clock where it told the time. */
  readonly sentAt: number;
}

/** What a look at a write with an unclear outcome found. */
export type Seen<Output> =
  | { readonly kind: "found"; readonly output: Output }
  /** The list was read to its end, and nothing new is in it. */
  | { readonly kind: "absent" }
  /** New objects, of which none is for certain what was sent. */
  | { readonly kind: "unclear"; readonly candidates: readonly Existing[] };

/**
 * Reads what is there before a write. Where reading is not allowed, the write may go ahead, and the result says so; a
 * reading that failed for a passing reason ends the call, because going on could do the thing twice.
 */
export async function readBefore<Output>(guard: Guard<Output>, call: Call, run: Run): Promise<Before> {
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
 * @param lately what this process did that C1 may not show yet.
 */
export function judgeBefore<Output>(
  { guard, ifUnknown }: WritePlan<Output>,
  before: Before,
  lately: Lately,
): Output | undefined {
  if (guard.ifExists === "create" || guard.ifExists === "repeat") return undefined;
  const shown = before?.items ?? [];
  const hidden = lately.made.filter((id) => !shown.some((item) => item.id === id));
  const all = [...shown, ...hidden.map((id) => ({ id, label: `made a moment ago [${id}]` }))];
  const [first] = all;
  if (!first) {
    // To add what may be there already does no harm.
    if (guard.ifExists === "done") return undefined;
    if (before?.gap !== undefined) throw notSure(guard, before.gap);
    if (!lately.unclear) return undefined;
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
  if (guard.ifExists === "reuse") {
    if (all.length > 1) {
      throw new Failure("ambiguous_reference", `There are several to reuse: ${found}.`, {
        next: "Ask which one is meant and go on with its id.",
      });
    }
    if (before?.gap !== undefined) throw notSure(guard, before.gap, found);
  }
  return guard.describe(first, "existing");
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

/**
 * Looks what became of a write whose answer did not come or cannot be believed, until the deadline. Proof is exactly one new
 * object that is in all it shows what was sent, and that was made since.
 * @param sent the limits of the write.
 * @param refused whether C1 said that the write was not done, because of what is there: then one look tells.
 */
export async function lookAgain<Output>(
  guard: Guard<Output>,
  { before, lately, sentAt }: Sent,
  sent: Call,
  deps: ToolDeps,
  refused: boolean,
): Promise<Seen<Output>> {
  let candidates: readonly Existing[] = [];
  const harmless = guard.ifExists === "done";
  // What shows up now could have been there before, or be an earlier write whose outcome is not known either.
  const comparable = before !== undefined && before.gap === undefined && !lately.unclear;
  if (!harmless && !comparable) return { kind: "unclear", candidates };
  const known = new Set(harmless ? [] : [...(before?.items ?? []).map(({ id }) => id), ...lately.made]);
  let date: number | undefined;
  const onAnswer = (answer: Answer) => {
    date = answer.date;
  };
  // Neither the caller's going away nor its cancelling ends this: the audit trail wants the truth.
  const call: Call = { ...sent, signal: deps.stopping, onAnswer };
  try {
    for (let look = 0; ; look += 1) {
      const pause = LOOK_AGAIN_MS[Math.min(look, LOOK_AGAIN_MS.length - 1)] ?? 0;
      if (deps.clock.now() + pause >= sent.deadline) return { kind: "unclear", candidates };
      deps.stopping.throwIfAborted();
      if (pause > 0) await sleep(deps.clock, pause, deps.stopping);
      const now = await guard.find(call).catch(ignorePassing);
      if (now === undefined) continue;
      const until = date ?? deps.clock.now();
      candidates = now.items.filter((item) => !known.has(item.id) && !(timeOf(item) < sentAt - ROUNDING_MS));
      if (now.gap !== undefined) continue;
      const [only] = candidates;
      if (only === undefined && refused) return { kind: "absent" };
      if (only === undefined) continue;
      const isOurs = harmless || (isMadeBy(only, until) && guard.isSent?.(only) !== false);
      if (candidates.length > 1 || !isOurs) return { kind: "unclear", candidates };
      return {
        kind: "found",
        output: guard.describe(only, harmless && refused ? "existing" : "recovered"),
      };
    }
  } catch {
    return { kind: "unclear", candidates };
  }
}

/** NaN, which is neither before nor after anything, where C1 gives no time. */
function timeOf({ createdAt = "" }: Existing): number {
  return Date.parse(createdAt);
}

function isMadeBy(item: Existing, until: number): boolean {
  return timeOf(item) <= until + 2 * ROUNDING_MS;
}

function ignorePassing(error: unknown): undefined {
  if (error instanceof Failure && (error.code === "unavailable" || error.code === "rate_limited"))
    return undefined;
  throw error;
}
