import type { Answer, Call } from "../c1/port.ts";
import { readSteady, sleep } from "../clock.ts";
import { Failure } from "../errors.ts";
import type { DuplicateGuard } from "./define.ts";
import type { Known } from "./duplicate-guard.ts";
import type { ToolDeps } from "./job.ts";
import type { Existing } from "./named.ts";
import type { Reading } from "./read-all.ts";

/** Pauses between looks at an unclear outcome, in milliseconds; the last one repeats. */
const PAUSES_MS = [0, 500, 1_000, 2_000, 4_000];

/** C1 may truncate times to the second. */
const ROUNDING_MS = 1_000;

/** What was known when a write was sent, and when that was. */
export interface Sent extends Known {
  /** Milliseconds since the epoch, by the tenant's own clock if it reported the time. */
  readonly sentAt: number;
  readonly isTenantTime: boolean;
}

/** What was established about a write with an unclear outcome. */
export type Established<Output> =
  | { readonly kind: "found"; readonly output: Output; readonly how: "existing" | "recovered" }
  /** The list was read to its end and contains nothing new. */
  | { readonly kind: "absent" }
  /** New objects, none of which is certain to be the one that was sent. */
  | { readonly kind: "unclear"; readonly candidates: readonly Existing[] };

const UNCLEAR = { kind: "unclear", candidates: [] } as const;

/**
 * Establishes, until the deadline, the outcome of a write whose response was lost or cannot be trusted. Proof is exactly one new
 * object that was created since and matches what was sent in everything that it shows.
 * @param limits of the write.
 * @param refused whether C1 reported that the write was not done because of a conflict: then one look is enough.
 */
export async function lookAgain<Output>(
  guard: DuplicateGuard<Output>,
  sent: Sent,
  limits: Call,
  deps: ToolDeps,
  refused: boolean,
): Promise<Established<Output>> {
  const old = listOld(guard, sent);
  if (old === undefined) return UNCLEAR;
  const { clock } = deps;
  let date: number | undefined;
  const onAnswer = (answer: Answer) => {
    date = plausibleTime(answer.date, clock.now());
  };
  // Continues if the caller leaves or cancels, because the audit record must say what happened.
  const call: Call = { ...limits, signal: deps.stopping, onAnswer };
  let seen: Established<Output> = UNCLEAR;
  try {
    for (const pause of pauses()) {
      if (pause >= limits.deadline - readSteady(clock)) break;
      deps.stopping.throwIfAborted();
      if (pause > 0) await sleep(clock, pause, deps.stopping);
      const reading = await guard.find(call).catch(ignorePassing);
      if (reading === undefined) continue;
      // Times of two different clocks cannot be compared.
      const now = date ?? (sent.isTenantTime ? Number.NaN : clock.now());
      const verdict = judgeLook(reading, { guard, old, sentAt: sent.sentAt, now, refused });
      if (verdict.isFinal) return verdict.seen;
      seen = verdict.seen;
    }
  } catch {
    // The process is ending, or C1 refuses the look-up: what was seen so far has to suffice.
  }
  return seen;
}

/** A clock with a larger skew is broken and proves nothing. */
const MAX_SKEW_MS = 24 * 3_600_000;

/** The tenant's time, if it is plausible. */
export function plausibleTime(date: number | undefined, now: number): number | undefined {
  return date !== undefined && Math.abs(date - now) <= MAX_SKEW_MS ? date : undefined;
}

/** Objects that existed before; undefined if old and new cannot be distinguished. */
function listOld<Output>(
  { ifExists }: DuplicateGuard<Output>,
  { before, recent }: Known,
): ReadonlySet<string> | undefined {
  // The aim is that the person is an owner, whoever made them one.
  if (ifExists === "done") return new Set();
  // What appears now could have existed before, or come from an earlier write with an unknown outcome.
  if (before === undefined || before.gap !== undefined || recent.unclear) return undefined;
  return new Set([...before.items.map(({ id }) => id), ...recent.made]);
}

function* pauses(): Generator<number> {
  yield* PAUSES_MS;
  for (;;) yield PAUSES_MS.at(-1) ?? 0;
}

interface Look<Output> {
  readonly guard: DuplicateGuard<Output>;
  readonly old: ReadonlySet<string>;
  readonly sentAt: number;
  /** When the list was read, by the tenant's own clock if it reported the time. */
  readonly now: number;
  readonly refused: boolean;
}

/** What one look shows, and whether that settles the outcome. */
function judgeLook<Output>(
  { items, gap }: Reading<Existing>,
  { guard, old, sentAt, now, refused }: Look<Output>,
): { readonly seen: Established<Output>; readonly isFinal: boolean } {
  const candidates = items.filter((item) => !old.has(item.id) && !(timeOf(item) < sentAt - ROUNDING_MS));
  const unclear = { kind: "unclear", candidates } as const;
  if (gap !== undefined) return { seen: unclear, isFinal: false };
  const [only, ...others] = candidates;
  if (only === undefined) return { seen: refused ? { kind: "absent" } : unclear, isFinal: refused };
  const harmless = guard.ifExists === "done";
  const isOurs = harmless || (timeOf(only) <= now + 2 * ROUNDING_MS && guard.isSent?.(only) !== false);
  // If C1 refused the create, an object that exists now was more likely created by somebody else.
  if (others.length > 0 || !isOurs || (refused && !harmless)) return { seen: unclear, isFinal: true };
  const how = harmless && refused ? "existing" : "recovered";
  return { seen: { kind: "found", output: guard.describe(only, how), how }, isFinal: true };
}

/** NaN, which is neither before nor after anything, if C1 gives no time. */
function timeOf({ createdAt = "" }: Existing): number {
  return Date.parse(createdAt);
}

function ignorePassing(error: unknown): undefined {
  if (error instanceof Failure && (error.code === "unavailable" || error.code === "rate_limited"))
    return undefined;
  throw error;
}
