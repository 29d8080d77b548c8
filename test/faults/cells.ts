import { type ChangeCase, isChange, type WriteCase } from "../support/write-cases.ts";
import { type FaultCase, faultsOf } from "./fault-cases.ts";
import { ALL_WRITES } from "./writes.ts";

/*
 * The fault matrix: every write x every fault x before or after the commit x how soon C1 shows the new object. Each cell states
 * the expected answer; `run-cell.ts` compares it with the tool's answer and with the tenant's contents.
 */

/** The product's default. */
export const DEADLINE_MS = 45_000;

/** Longest duration of one attempt to send the write. */
const SEND_MS = 27_000;

/** Longest time between the last look-up and the deadline. */
const LAST_PAUSE_MS = 6_000;

/** The outcome that a tool reports to its caller. */
export type Said = "created" | "recovered" | "existing" | "not created" | "unknown";

export type When = "before" | "after";

export const VISIBILITIES = [
  { name: "at once", delayMs: 0 },
  { name: "after 3 s", delayMs: 3_000 },
  { name: "too late", delayMs: 600_000 },
] as const;

export interface Cell {
  readonly write: WriteCase | ChangeCase;
  readonly fault: FaultCase;
  readonly when: When;
  readonly visibility: (typeof VISIBILITIES)[number];
  readonly expected: Said;
  /** Whether the tenant holds the object in the end. */
  readonly holds: boolean;
  /** How many times the write may reach the tenant. */
  readonly sends: number;
}

export const CELLS: readonly Cell[] = ALL_WRITES.flatMap((write) =>
  faultsOf(write).flatMap((fault) =>
    (["before", "after"] as const).flatMap((when) =>
      VISIBILITIES.map((visibility) => ({ write, fault, when, visibility }))
        .filter(isShownThen)
        .filter(isFair)
        .filter(isTelling)
        .map((place) => ({
          ...place,
          expected: expectedOf(place),
          holds: holdsOf(place),
          sends: sendsOf(place),
        })),
    ),
  ),
);

export function nameCell({ write, fault, when, visibility }: Cell): string {
  return `${write.name}, ${fault.name} ${when} the commit, visible ${visibility.name}`;
}

type Place = Pick<Cell, "write" | "fault" | "when" | "visibility">;

/** Changes to existing objects are visible at once, so the other visibilities do not apply to them. */
function isShownThen({ write, visibility }: Place): boolean {
  return !isChange(write) || visibility.delayMs === 0;
}

/** Excludes answers that deny a committed write: no tool could detect that, unless the object is visible. */
function isFair({ write, fault: { effect }, when, visibility }: Place): boolean {
  if (when === "before") return true;
  // A sync is visible only once it begins.
  if (effect.kind === "conflict" && effect.code === 6 && isSync(write)) return false;
  if (effect.kind === "conflict") return visibility.delayMs === 0 || (effect.code === 10 && !isOwner(write));
  return effect.kind !== "blind" && !effect.kind.startsWith("refused");
}

/** For narrow faults, leaves out the cells in which timing or visibility makes no difference. */
function isTelling({ fault: { narrow, on }, when, visibility }: Place): boolean {
  if (!narrow) return true;
  return when === "before" ? visibility.delayMs === 0 : on !== "look-up";
}

function expectedOf({ write, fault: { effect }, when, visibility: { delayMs } }: Place): Said {
  if (effect.kind === "harmless" || effect.kind === "refused") return "created";
  if (effect.kind === "refused for good" || effect.kind === "blind") return "not created";
  if (effect.kind === "conflict" && when === "before")
    return effect.code === 10 && !isOwner(write) ? "unknown" : "not created";
  if (effect.kind === "conflict" && isOwner(write)) return "existing";
  // ALREADY_EXISTS: the object was more likely created by somebody else.
  if (effect.kind === "conflict" && effect.code === 6) return "unknown";
  if (when === "before" && effect.kind === "lost") return "unknown";
  const committedAt = when === "before" && effect.kind === "late" ? effect.ms : 0;
  const lostAt = effect.kind === "late" ? SEND_MS : 0;
  const shownAt = Math.max(committedAt + delayMs, lostAt);
  return shownAt < DEADLINE_MS - LAST_PAUSE_MS ? "recovered" : "unknown";
}

function isSync(write: WriteCase | ChangeCase): boolean {
  return isChange(write) && write.changes === "sync";
}

function isOwner(write: WriteCase | ChangeCase): boolean {
  return !isChange(write) && write.rows === "owners";
}

function holdsOf({ fault: { effect }, when }: Place): boolean {
  return when === "after" || ["harmless", "refused", "late"].includes(effect.kind);
}

/** One attempt, and another one if the answer to the first says that the write did not run. */
function sendsOf({ fault: { effect, do: fault }, when }: Place): number {
  if (effect.kind === "blind") return 0;
  if (effect.kind === "refused") return 2;
  return fault.kind === "expireToken" && when === "before" ? 2 : 1;
}
