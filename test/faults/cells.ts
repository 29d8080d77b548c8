import type { Fault } from "../../src/sandbox/start.ts";
import type { WriteCase } from "../support/write-cases.ts";
import { WRITES } from "./writes.ts";

/*
 * The fault matrix: every write x every fault x before or after the commit x how soon C1 shows what it made. Each cell says
 * what the tool has to answer; `run-cell.ts` finds out what it does answer, and what the tenant then holds.
 */

/** As the product's default. */
export const DEADLINE_MS = 45_000;

/** The part of it that one sending may use. */
const SEND_MS = 27_000;

/** Of the time for looking, what may pass between the last look and the deadline. */
const LAST_PAUSE_MS = 6_000;

/** What a tool told its caller. */
export type Said = "created" | "recovered" | "existing" | "not created" | "unknown";

/** What a fault does to the caller's knowledge. */
type Effect =
  /** The answer comes all the same. */
  | { readonly kind: "harmless" }
  /** The answer says that nothing was run; the next try goes through. "for good": there is no time for a next try. */
  | { readonly kind: "refused" }
  | { readonly kind: "refused for good" }
  /** No usable answer. */
  | { readonly kind: "lost" }
  /** The operation, or its answer, comes so much later. */
  | { readonly kind: "late"; readonly ms: number };

export interface FaultCase {
  readonly name: string;
  readonly do: Fault;
  readonly effect: Effect;
}

const REFUSED: Effect = { kind: "refused" };
const LOST: Effect = { kind: "lost" };
const HARMLESS: Effect = { kind: "harmless" };

const status = (code: number, effect: Effect, retryAfter?: string): FaultCase => ({
  name: retryAfter === undefined ? String(code) : `${code}, Retry-After ${retryAfter}`,
  do: {
    kind: "status",
    status: code,
    ...(retryAfter !== undefined && { headers: { "retry-after": retryAfter } }),
  },
  effect,
});

const redirect = (code: 302 | 303 | 307, effect: Effect): FaultCase => ({
  name: `redirect ${code}`,
  do: { kind: "redirect", status: code, location: "http://elsewhere.example/" },
  effect,
});

const latency = (seconds: number, effect: Effect): FaultCase => ({
  name: `latency ${seconds} s`,
  do: { kind: "latency", ms: seconds * 1000 },
  effect,
});

export const FAULTS: readonly FaultCase[] = [
  latency(5, HARMLESS),
  latency(29, { kind: "late", ms: 29_000 }),
  latency(60, { kind: "late", ms: 60_000 }),
  status(429, REFUSED),
  status(429, REFUSED, "2"),
  status(429, { kind: "refused for good" }, "3600"),
  ...[500, 502, 503, 504].map((code) => status(code, LOST)),
  { name: "reset", do: { kind: "reset" }, effect: LOST },
  { name: "truncated body", do: { kind: "truncate" }, effect: LOST },
  { name: "HTML with 200", do: { kind: "html" }, effect: LOST },
  { name: "empty 200", do: { kind: "empty" }, effect: LOST },
  { name: "silence", do: { kind: "silence" }, effect: LOST },
  { name: "token expiry", do: { kind: "expireToken" }, effect: HARMLESS },
  { name: "slow drip", do: { kind: "drip", ms: 2_000 }, effect: LOST },
  { name: "oversized body", do: { kind: "oversize", bytes: 100_000 }, effect: LOST },
  redirect(302, LOST),
  redirect(303, LOST),
  redirect(307, { kind: "refused for good" }),
];

export type When = "before" | "after";

export const VISIBILITIES = [
  { name: "at once", delayMs: 0 },
  { name: "after 3 s", delayMs: 3_000 },
  { name: "too late", delayMs: 600_000 },
] as const;

export interface Cell {
  readonly write: WriteCase;
  readonly fault: FaultCase;
  readonly when: When;
  readonly visibility: (typeof VISIBILITIES)[number];
  readonly expected: Said;
  /** Whether the tenant holds the object in the end. */
  readonly holds: boolean;
  /** How often the write may arrive. */
  readonly sends: number;
}

export const CELLS: readonly Cell[] = WRITES.flatMap((write) =>
  FAULTS.flatMap((fault) =>
    (["before", "after"] as const)
      // An answer that says "not run" after the commit is a lie that nothing could see through.
      .filter((when) => when === "before" || !fault.effect.kind.startsWith("refused"))
      .flatMap((when) =>
        VISIBILITIES.map((visibility) => {
          const expected = expectedOf(fault, when, visibility.delayMs);
          const holds = when === "after" || !["lost", "refused for good"].includes(fault.effect.kind);
          return { write, fault, when, visibility, expected, holds, sends: sendsOf(fault, when) };
        }),
      ),
  ),
);

export function nameCell({ write, fault, when, visibility }: Cell): string {
  return `${write.name}, ${fault.name} ${when} the commit, visible ${visibility.name}`;
}

function expectedOf({ effect }: FaultCase, when: When, delayMs: number): Said {
  if (effect.kind === "harmless" || effect.kind === "refused") return "created";
  if (effect.kind === "refused for good") return "not created";
  if (when === "before" && effect.kind === "lost") return "unknown";
  const committedAt = when === "before" && effect.kind === "late" ? effect.ms : 0;
  const lostAt = effect.kind === "late" ? SEND_MS : 0;
  const shownAt = Math.max(committedAt + delayMs, lostAt);
  return shownAt < DEADLINE_MS - LAST_PAUSE_MS ? "recovered" : "unknown";
}

/** Once, except where the answer says that nothing was run. */
function sendsOf({ effect, do: fault }: FaultCase, when: When): number {
  if (effect.kind === "refused") return 2;
  return fault.kind === "expireToken" && when === "before" ? 2 : 1;
}
