import { type ChangeCase, isChange, type WriteCase } from "../support/write-cases.ts";
import { type FaultCase, faultsOf } from "./fault-cases.ts";
import { ALL_WRITES } from "./writes.ts";

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
  /** How often the write may arrive. */
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

/** A change shows at once, or it was not made. */
function isShownThen({ write, visibility }: Place): boolean {
  return !isChange(write) || visibility.delayMs === 0;
}

/** An answer that says "not run" after the commit is a lie that nothing could see through, unless the object shows. */
function isFair({ write, fault: { effect }, when, visibility }: Place): boolean {
  if (when === "before") return true;
  // What came of a sync shows only once it begins.
  if (effect.kind === "conflict" && effect.code === 6 && isSync(write)) return false;
  if (effect.kind === "conflict") return visibility.delayMs === 0 || (effect.code === 10 && !isOwner(write));
  return effect.kind !== "blind" && !effect.kind.startsWith("refused");
}

/** What was not made does not show, and what the look before a write met was no answer to it. */
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
  // ALREADY_EXISTS: what is there now was more likely made by somebody else.
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

/** Once, except where the answer says that nothing was run. */
function sendsOf({ fault: { effect, do: fault }, when }: Place): number {
  if (effect.kind === "blind") return 0;
  if (effect.kind === "refused") return 2;
  return fault.kind === "expireToken" && when === "before" ? 2 : 1;
}
