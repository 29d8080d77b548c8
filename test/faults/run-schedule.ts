import { createLeapingClock, type LeapingClock } from "../support/leaping-clock.ts";
import type { Outcome, Rig } from "../support/rig.ts";
import type { Said } from "./cells.ts";
import { passed } from "./run-cell.ts";
import { CHANGED, idIn, readClaim } from "./said.ts";
import { type Asker, isHarmless, type Schedule, TIMEOUT_MS } from "./schedule.ts";
import { effectsOf, openRig } from "./writes.ts";

/** The longest delay of an operation: it may run this much later than the last call ends, in milliseconds. */
const LONGEST_LATENCY_MS = 25_000;

interface Told {
  readonly asker: Asker;
  readonly outcome: Outcome;
  readonly said: Said;
  readonly tookMs: number;
}

/** Runs one schedule on a tenant of its own. Returns the broken invariants, each as a sentence. */
export async function runSchedule(schedule: Schedule): Promise<string[]> {
  const { write, rules, askers, visibleAfterMs } = schedule;
  const clock = createLeapingClock();
  const sandbox = { objectDelayMs: visibleAfterMs, connectorOwnerDelayMs: visibleAfterMs };
  const rig = await openRig({ clock, timeoutMs: TIMEOUT_MS, sandbox });
  try {
    for (const rule of rules) rig.sandbox.faults.add(rule);
    const told = await Promise.all(askers.map((asker) => ask(rig, clock, schedule, asker)));
    if (rules.some((rule) => rule.do.kind === "latency" && rule.do.ms >= LONGEST_LATENCY_MS))
      await passed(clock, LONGEST_LATENCY_MS);
    const rows = effectsOf(rig, write);
    return [
      ...judgeRows(told, rows, isHarmless(write)),
      ...told.flatMap((one) => judgeOne(one, rows)),
      ...judgeAudits(rig, told),
    ];
  } finally {
    await rig.close();
  }
}

async function ask(rig: Rig, clock: LeapingClock, { write }: Schedule, asker: Asker): Promise<Told> {
  await passed(clock, asker.startMs);
  const gone = new AbortController();
  const stop = asker.cancelMs === undefined ? undefined : clock.after(asker.cancelMs, () => gone.abort());
  const started = clock.now();
  const args = isHarmless(write) ? write.args : { ...write.args, ifExists: asker.ifExists };
  const outcome = await rig.call(write.tool, args, { signal: gone.signal, client: nameOf(asker) });
  stop?.();
  return { asker, outcome, said: readClaim(outcome), tookMs: clock.now() - started };
}

/** At most one object exists per intended write, and none without a call that may have created it. */
function judgeRows(told: readonly Told[], rows: readonly string[], isHarmless: boolean): string[] {
  const own = told.filter(({ asker }) => asker.ifExists === "create").length;
  const intended = isHarmless ? 1 : own + (own < told.length ? 1 : 0);
  const answered = told.filter(({ said }) => ["created", "recovered", "unknown"].includes(said)).length;
  const made = told.filter(({ said }) => said === "created" || said === "recovered").map(idOf);
  const problems: string[] = [];
  if (rows.length > intended) problems.push(`${rows.length} objects for ${intended} intended`);
  if (rows.length > answered)
    problems.push(`${rows.length} objects, but only ${answered} calls that may have made one`);
  if (!isHarmless && new Set(made).size < made.length)
    problems.push(`two calls say they made ${made.join(", ")}`);
  return problems;
}

function judgeOne({ said, outcome, tookMs }: Told, rows: readonly string[]): string[] {
  const problems = tookMs > TIMEOUT_MS ? [`took ${tookMs} ms`] : [];
  const claims = said === "created" || said === "recovered" || said === "existing";
  if (claims && !rows.includes(String(idIn(outcome)))) problems.push(`"${said}", but it does not exist`);
  return problems;
}

/** There is one audit record per call, and it agrees with the answer. */
function judgeAudits({ audits }: Rig, told: readonly Told[]): string[] {
  if (audits.length !== told.length) return [`${audits.length} records for ${told.length} calls`];
  const tally = (words: readonly string[]) => [...words].sort().join(" ");
  const heard = tally(told.map(({ asker, said }) => `${nameOf(asker)}:${CHANGED[said]}`));
  const kept = tally(audits.map(({ client, changed }) => `${client}:${changed}`));
  return heard === kept ? [] : [`told ${heard}, audited ${kept}`];
}

function nameOf({ startMs, cancelMs, ifExists }: Asker): string {
  return `${startMs}/${cancelMs ?? "-"}/${ifExists}`;
}

function idOf({ outcome }: Told): string {
  return String(idIn(outcome));
}
