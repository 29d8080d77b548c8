import type { Clock } from "../../src/clock.ts";
import type { Rig } from "../support/rig.ts";
import { createScaledClock } from "../support/scaled-clock.ts";
import { type ChangeCase, isChange, type WriteCase } from "../support/write-cases.ts";
import { type Cell, DEADLINE_MS, type Said } from "./cells.ts";
import { watchDeadline } from "./overdue.ts";
import { CHANGED, idIn, readClaim } from "./said.ts";
import { effectsOf, openRig, warmUp } from "./writes.ts";

/** 45 seconds take one and a half. */
const SCALE = 30;

/** Cells run at the same time; most of their time is waiting. */
const AT_ONCE = 32;

/** How late a delayed operation may run in a busy process, in milliseconds of the tenant's time. */
const LATENESS_MS = 60_000;

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

/** Runs cells concurrently, each on a tenant of its own. Returns the verdicts in the order of the cells. */
export async function runCells(cells: readonly Cell[]): Promise<Verdict[]> {
  await warmUp();
  const verdicts: Verdict[] = [];
  let next = 0;
  const work = async () => {
    for (let index = next++; index < cells.length; index = next++) {
      const cell = cells[index];
      if (cell) verdicts[index] = await runCell(cell);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return verdicts;
}

let opening: Promise<unknown> = Promise.resolve();

async function runCell(cell: Cell): Promise<Verdict> {
  const { write, fault, when, visibility } = cell;
  const clock = createScaledClock(SCALE);
  const sandbox = { objectDelayMs: visibility.delayMs, connectorOwnerDelayMs: visibility.delayMs };
  // Opened one at a time: many at once would keep the process busy for minutes of the scaled clock.
  const opened = opening.then(() => openRig({ clock, timeoutMs: DEADLINE_MS, sandbox }));
  opening = opened;
  const rig = await opened;
  try {
    rig.sandbox.faults.add(
      fault.on === "look-up"
        ? { match: { operation: lookUpOf(write) }, do: fault.do, times: Number.POSITIVE_INFINITY }
        : { match: { operation: write.operation }, do: fault.do, when },
    );
    const started = clock.now();
    const deadline = watchDeadline(clock, DEADLINE_MS);
    const outcome = await rig.call(write.tool, write.args);
    const tookMs = clock.now() - started;
    const overdue = deadline.stop();
    // Waits for an operation that the tenant runs late.
    if (fault.effect.kind === "late") {
      const giveUpAt = started + fault.effect.ms + LATENESS_MS;
      while (effectsOf(rig, write).length === 0 && clock.now() < giveUpAt) await passed(clock, 500);
    }
    const said = readClaim(outcome);
    const rows = effectsOf(rig, write);
    const sends = rig.writes().length;
    const problems = [
      ...(said === cell.expected ? [] : [`said "${said}", not "${cell.expected}": ${outcome.text}`]),
      ...judge(said, rows, idIn(outcome)),
      ...(rows.length === (cell.holds ? 1 : 0) ? [] : [`the tenant holds ${rows.length}`]),
      ...(sends === cell.sends ? [] : [`the write arrived ${sends} times, not ${cell.sends}`]),
      ...overdue,
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

export function passed(clock: Clock, ms: number): Promise<void> {
  return new Promise((resolve) => void clock.after(ms, resolve));
}
