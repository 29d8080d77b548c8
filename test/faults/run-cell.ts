import { sleep } from "../../src/clock.ts";
import { createLeapingClock, type LeapingClock } from "../support/leaping-clock.ts";
import type { Rig } from "../support/rig.ts";
import { type ChangeCase, isChange, type WriteCase } from "../support/write-cases.ts";
import { type Cell, DEADLINE_MS, type Said } from "./cells.ts";
import { CHANGED, idIn, readClaim } from "./said.ts";
import { effectsOf, openRig } from "./writes.ts";

/** The operation by which a write looks for existing objects. */
const LOOK_UPS: Record<WriteCase["rows"], string> = {
  apps: "apps.search",
  connectors: "connectors.list",
  owners: "connectorOwners.get",
};

function lookUpOf(write: WriteCase | ChangeCase): string {
  return isChange(write) ? "connectors.get" : LOOK_UPS[write.rows];
}

export interface Verdict {
  readonly cell: Cell;
  readonly said: Said;
  /** Number of objects that the tenant has besides its seed, or that the write changed, in the end. */
  readonly holds: number;
  /** How many times the write reached the tenant. */
  readonly sends: number;
  readonly tookMs: number;
  /** Each a sentence; empty if the tool did what it should and reported it truthfully. */
  readonly problems: readonly string[];
}

/** Runs one cell after the other. Returns the verdicts in their order. */
export async function runCells(cells: readonly Cell[]): Promise<Verdict[]> {
  const verdicts: Verdict[] = [];
  for (const cell of cells) verdicts.push(await runCell(cell));
  return verdicts;
}

/** Runs one cell on a tenant of its own. */
export async function runCell(cell: Cell): Promise<Verdict> {
  const { write, fault, when, visibility } = cell;
  const clock = createLeapingClock();
  const sandbox = { objectDelayMs: visibility.delayMs, connectorOwnerDelayMs: visibility.delayMs };
  const rig = await openRig({ clock, timeoutMs: DEADLINE_MS, sandbox });
  try {
    rig.sandbox.faults.add(
      fault.on === "look-up"
        ? { match: { operation: lookUpOf(write) }, do: fault.do, times: Number.POSITIVE_INFINITY }
        : { match: { operation: write.operation }, do: fault.do, when },
    );
    const started = clock.now();
    const outcome = await rig.call(write.tool, write.args);
    const tookMs = clock.now() - started;
    // Waits for an operation that the tenant runs late.
    if (fault.effect.kind === "late") await passed(clock, fault.effect.ms);
    const said = readClaim(outcome);
    const rows = effectsOf(rig, write);
    const sends = rig.writes().length;
    const problems = [
      ...(said === cell.expected ? [] : [`said "${said}", not "${cell.expected}": ${outcome.text}`]),
      ...judge(said, rows, idIn(outcome)),
      ...(rows.length === (cell.holds ? 1 : 0) ? [] : [`the tenant holds ${rows.length}`]),
      ...(sends === cell.sends ? [] : [`the write arrived ${sends} times, not ${cell.sends}`]),
      ...(tookMs > DEADLINE_MS ? [`took ${tookMs} ms`] : []),
      ...judgeAudit(rig, said),
    ];
    return { cell, said, holds: rows.length, sends, tookMs, problems };
  } finally {
    await rig.close();
  }
}

/** Compares the reported outcome with the tenant's contents. */
function judge(said: Said, rows: readonly string[], id: unknown): string[] {
  if (rows.length > 1) return [`${rows.length} objects`];
  if (said === "not created" && rows.length > 0) return ["said that nothing was changed, yet it is there"];
  if (said === "not created" || said === "unknown") return [];
  return rows[0] === id ? [] : [`said that ${String(id)} is there, the tenant holds ${rows[0]}`];
}

function judgeAudit({ audits }: Rig, said: Said): string[] {
  const changed = audits.map((record) => record.changed);
  return changed.length === 1 && changed[0] === CHANGED[said] ? [] : [`audited as ${changed.join(", ")}`];
}

/** Lets so many milliseconds pass. */
export function passed(clock: LeapingClock, ms: number): Promise<void> {
  return clock.lapse(sleep(clock, ms, new AbortController().signal));
}
