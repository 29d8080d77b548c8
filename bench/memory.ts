import { setTimeout as pause } from "node:timers/promises";
import { ERAS, type Era, findFault } from "./eras.ts";
import { createLoad, IN_FLIGHT, openLanes, WAYS, type Way } from "./lanes.ts";
import { HAS_PROC, readRss, readTreeRss } from "./proc.ts";
import { start } from "./processes.ts";
import { type Bench, judge, megabytes, type Part, times } from "./report.ts";
import { DUMMY } from "./start.ts";
import { rotate, spreadOf } from "./stats.ts";
import { connectStdio, open } from "./stdio-client.ts";
import { type Case, observeCases, startUpstream } from "./upstream.ts";

const SETTLE_MS = 500;
const FLOOR = "`node -e 'setTimeout(()=>{},1e4)'`";

/** Idle after `tools/list`, as a multiple of the floor; and under load, as a multiple of the first reading. */
const IDLE_AIM = 1.75;
const LOAD_AIM = { most: 1.1 };
const LOAD_AIM_CALLS = 100_000;

const LOAD_MS = 240_000;

/** Reads one process: the name of its row, and kilobytes. */
export type Reader = () => Promise<[row: string, kilobytes: number]>;

export const measureMemory: Part = async (bench) => {
  const head = ["Resident memory", "median", "p10 .. p90", "x floor", "aim", "met"];
  if (!HAS_PROC) {
    const method = "Skipped: it is read from /proc, which this system does not have.";
    return { title: "Memory", method, tables: [{ head, rows: [] }] };
  }
  const { effort } = bench;
  const listing =
    (era: Era): Reader =>
    async () => {
      const client = connectStdio([process.execPath, bench.main, "stdio"], era, { env: DUMMY });
      await open(client, era);
      return [`${era}: after \`tools/list\``, await readSettled(client.server)];
    };
  const measured = await readAll([readFloor, ...ERAS.map(listing)], effort.readings, bench.progress);
  const floor = spreadOf(measured.get(FLOOR) ?? []).p50;
  const rows = [...measured].map(([row, values]) => {
    const { p10, p50, p90 } = spreadOf(values);
    const aim = row === FLOOR ? undefined : { most: IDLE_AIM };
    const cells = judge(p50 / floor, aim, times);
    return [row, megabytes(p50), `${megabytes(p10)} .. ${megabytes(p90)}`, times(p50 / floor), ...cells];
  });
  const loads: string[][] = [];
  const { read } = await observeCases(bench.observatory);
  for (const way of WAYS) for (const era of ERAS) loads.push(await measureLoad(bench, read, way, era));
  const [first, last] = [effort.loadFirst, effort.loadLast].map((calls) => calls.toLocaleString("en"));
  return {
    title: "Memory",
    method:
      `VmRSS of the process, read ${SETTLE_MS} ms after its last answer (the floor: after its start), ${effort.readings} processes of each kind taking turns. ` +
      `The second table is one process a row that answers \`find_apps\`, ${IN_FLIGHT} calls at a time: its level after ${first} calls and after ${last}. ` +
      "Nothing asks for garbage to be collected. The aim is for 100,000 calls (`--calls 100000`); `npm run soak` makes as many of all tools, and counts handles and listeners.",
    tables: [
      { head, rows },
      {
        head: ["Under load", `after ${first} calls`, `after ${last}`, "x the first", "aim", "met"],
        rows: loads,
      },
    ],
  };
};

const readFloor: Reader = async () => {
  const floor = start([process.execPath, "-e", "setTimeout(()=>{},1e4)"]);
  await pause(SETTLE_MS);
  const kilobytes = readRss(floor.pid);
  floor.child.kill("SIGKILL");
  await floor.ended;
  return [FLOOR, kilobytes];
};

/** Reads the memory of an idle process, and ends it. */
export async function readSettled(server: { pid: number; end(): Promise<void> }): Promise<number> {
  await pause(SETTLE_MS);
  const kilobytes = readTreeRss(server.pid);
  await server.end();
  return kilobytes;
}

export async function readAll(
  readers: readonly Reader[],
  rounds: number,
  progress: (text: string) => void,
): Promise<Map<string, number[]>> {
  const measured = new Map<string, number[]>();
  for (let round = 0; round < rounds; round += 1) {
    progress(`memory ${round + 1} of ${rounds}`);
    for (const read of rotate(readers, round)) {
      const [row, value] = await read();
      measured.set(row, [...(measured.get(row) ?? []), value]);
    }
  }
  return measured;
}

async function measureLoad(bench: Bench, subject: Case, way: Way, era: Era): Promise<string[]> {
  const { effort, main } = bench;
  const upstream = await startUpstream(subject);
  const lanes = await openLanes(way, [process.execPath, main], upstream.env, era);
  const load = createLoad(lanes, LOAD_MS, async (send, id) => {
    const { text } = await send({ id, tool: subject.tool, args: subject.argsOf(id), era });
    if (id % 100 > 0) return;
    const fault = findFault(text);
    if (fault !== undefined) throw new Error(fault);
    bench.progress(`memory: ${id} calls over ${way}, ${era}`);
  });
  const readAfter = async (count: number) => {
    await load.runTo(count);
    await pause(SETTLE_MS);
    return readRss(lanes.server.pid);
  };
  const before = await readAfter(effort.loadFirst);
  const after = await readAfter(effort.loadLast);
  await lanes.end();
  await upstream.end();
  if (load.done < effort.loadLast)
    throw new Error(`only ${load.done} calls in the time there is: take fewer`);
  return [
    `${era}: ${way}`,
    megabytes(before),
    megabytes(after),
    times(after / before),
    ...judge(after / before, effort.loadLast < LOAD_AIM_CALLS ? undefined : LOAD_AIM, times),
  ];
}
