import type { Answer, Call } from "../c1/port.ts";
import { sleep } from "../clock.ts";
import { Failure } from "../errors.ts";
import type { DuplicateGuard, Existing } from "./define.ts";
import type { Known } from "./duplicate-guard.ts";
import type { ToolDeps } from "./job.ts";
import type { Reading } from "./read-all.ts";

/** Pauses between looks at an unclear outcome, in milliseconds; the last one repeats. */
const PAUSES_MS = [0, 500, 1_000, 2_000, 4_000];

/** C1's times may be cut to the second. */
const ROUNDING_MS = 1_000;

/** What was known when a write was sent, and when that was. */
export interface Sent extends Known {
  /** The moment in milliseconds since the epoch, by the tenant's own clock where it told the time. */
  readonly sentAt: number;
  readonly isTenantTime: boolean;
}

/** What was established about a write with an unclear outcome. */
export type Seen<Output> =
  | { readonly kind: "found"; readonly output: Output; readonly how: "existing" | "recovered" }
  /** The list was read to its end, and nothing new is in it. */
  | { readonly kind: "absent" }
  /** New objects, none of which is certain to be what was sent. */
  | { readonly kind: "unclear"; readonly candidates: readonly Existing[] };

const UNCLEAR = { kind: "unclear", candidates: [] } as const;

/**
 * Finds out, until the deadline, what became of a write whose answer was lost or cannot be trusted. Proof is exactly one new
 * object that matches what was sent in everything it shows and was created since.
 * @param limits of the write.
 * @param refused whether C1 said that the write was not done because of a conflict: then one look is enough.
 */
export async function lookAgain<Output>(
  guard: DuplicateGuard<Output>,
  sent: Sent,
  limits: Call,
  deps: ToolDeps,
  refused: boolean,
): Promise<Seen<Output>> {
  const old = listOld(guard, sent);
  if (old === undefined) return UNCLEAR;
  let date: number | undefined;
  const onAnswer = (answer: Answer) => {
    date = believe(answer.date, deps.clock.now());
  };
  // Goes on when the caller leaves or cancels: the audit record must say what happened.
  const call: Call = { ...limits, signal: deps.stopping, onAnswer };
  let seen: Seen<Output> = UNCLEAR;
  try {
    for (const pause of pauses()) {
      if (deps.clock.now() + pause >= limits.deadline) break;
      deps.stopping.throwIfAborted();
      if (pause > 0) await sleep(deps.clock, pause, deps.stopping);
      const reading = await guard.find(call).catch(ignorePassing);
      if (reading === undefined) continue;
      // Two clocks cannot be compared.
      const now = date ?? (sent.isTenantTime ? Number.NaN : deps.clock.now());
      const verdict = judgeLook(reading, { guard, old, sentAt: sent.sentAt, now, refused });
      if (verdict.isFinal) return verdict.seen;
      seen = verdict.seen;
    }
  } catch {
    // The process is ending, or C1 refuses the look-up: what was seen so far has to do.
  }
  return seen;
}

/** A clock further off than this is broken and proves nothing. */
const MAX_SKEW_MS = 24 * 3_600_000;

/** The tenant's time, if it is plausible. */
export function believe(date: number | undefined, now: number): number | undefined {
  return date !== undefined && Math.abs(date - now) <= MAX_SKEW_MS ? date : undefined;
}

/** What a new object must not be; undefined where old and new cannot be told apart. */
function listOld<Output>(
  { ifExists }: DuplicateGuard<Output>,
  { before, recent }: Known,
): ReadonlySet<string> | undefined {
  // The aim is that the person is an owner, whoever made them one.
  if (ifExists === "done") return new Set();
  // What shows up now could have been there before, or be an earlier write whose outcome is not known either.
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
  /** When the list was read, by the tenant's own clock where it told the time. */
  readonly now: number;
  readonly refused: boolean;
}

/** What one look shows, and whether that settles the outcome. */
function judgeLook<Output>(
  { items, gap }: Reading<Existing>,
  { guard, old, sentAt, now, refused }: Look<Output>,
): { readonly seen: Seen<Output>; readonly isFinal: boolean } {
  const candidates = items.filter((item) => !old.has(item.id) && !(timeOf(item) < sentAt - ROUNDING_MS));
  const unclear = { kind: "unclear", candidates } as const;
  if (gap !== undefined) return { seen: unclear, isFinal: false };
  const [only, ...others] = candidates;
  if (only === undefined) return { seen: refused ? { kind: "absent" } : unclear, isFinal: refused };
  const harmless = guard.ifExists === "done";
  const isOurs = harmless || (timeOf(only) <= now + 2 * ROUNDING_MS && guard.isSent?.(only) !== false);
  // Of a create that C1 refused, what is there now was more likely made by somebody else.
  if (others.length > 0 || !isOurs || (refused && !harmless)) return { seen: unclear, isFinal: true };
  const how = harmless && refused ? "existing" : "recovered";
  return { seen: { kind: "found", output: guard.describe(only, how), how }, isFinal: true };
}

/** NaN, which is neither before nor after anything, where C1 gives no time. */
function timeOf({ createdAt = "" }: Existing): number {
  return Date.parse(createdAt);
}

function ignorePassing(error: unknown): undefined {
  if (error instanceof Failure && (error.code === "unavailable" || error.code === "rate_limited"))
    return undefined;
  throw error;
}
