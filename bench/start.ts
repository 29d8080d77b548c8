import { setTimeout as pause } from "node:timers/promises";
import { startSandbox } from "../src/sandbox/start.ts";
import { ERAS, type Era, findFault } from "./eras.ts";
import { credentialsFor } from "./observe.ts";
import { start } from "./processes.ts";
import { judge, ms, type Part, times } from "./report.ts";
import { rotate, spreadOf } from "./stats.ts";
import { connectStdio, open } from "./stdio-client.ts";

/** A credential of C1's form; nothing is contacted with it. */
export const DUMMY = {
  CONDUCTORONE_CLIENT_ID: "clever-otter-12345@acme.conductor.one/spc",
  CONDUCTORONE_CLIENT_SECRET: "never-used-secret",
};

export const FLOOR = "`node -e 0`";

const MAJOR = Number(process.versions.node.split(".")[0]);

/** As multiples of the floor: `tools/list`, a first call at once after it, and a later first call. */
const AIMS = MAJOR < 22 ? { list: 2, call: 3.3, later: 1.7 } : { list: 1.8, call: 2.7, later: 1.3 };

/** How long a client waits before a later first call, in milliseconds. */
const STILL_MS = 400;

/** One kind of start. Returns durations by the names of their rows. */
export type Starter = () => Promise<Record<string, number>>;

const DESCRIBED = { "2025": "initialize", "2026": "server/discover" } as const;
const listRow = (era: Era) => `${era}: to \`tools/list\``;
const callRow = (era: Era) => `${era}: the first call, right after the list`;
const laterRow = (era: Era) => `${era}: the first call, ${STILL_MS} ms later`;

export const measureStarts: Part = async ({ main, effort, progress }) => {
  const sandbox = await startSandbox();
  const command = (...args: string[]): [string, ...string[]] => [process.execPath, main, ...args];
  const plain =
    (era: Era): Starter =>
    async () => {
      const client = connectStdio(command("stdio"), era, { env: DUMMY });
      const { openingMs, listMs } = await open(client, era);
      await client.end();
      return { [`${era}: to \`${DESCRIBED[era]}\``]: openingMs, [listRow(era)]: listMs };
    };
  const embedded =
    (era: Era): Starter =>
    async () => {
      const client = connectStdio(command("stdio", "--sandbox"), era);
      const { listMs } = await open(client, era);
      await client.end();
      return { [`${era}: to \`tools/list\`, with \`--sandbox\``]: listMs };
    };
  const calling =
    (era: Era, row: string, stillMs: number): Starter =>
    async () => {
      const client = connectStdio(command("stdio"), era, { env: credentialsFor(sandbox) });
      await open(client, era);
      if (stillMs > 0) await pause(stillMs);
      const began = performance.now();
      const { text, at } = await client.request("tools/call", { name: "whoami", arguments: {} });
      await client.end();
      const fault = findFault(text);
      if (fault !== undefined) throw new Error(fault);
      return { [row]: at - began };
    };
  const starters = [
    startFloor,
    ...ERAS.map((era) => plain(era)),
    ...ERAS.map((era) => embedded(era)),
    ...ERAS.map((era) => calling(era, callRow(era), 0)),
    ...ERAS.map((era) => calling(era, laterRow(era), STILL_MS)),
  ];
  const measured = await runStarts(starters, effort.starts, progress);
  await sandbox.close();
  const aims = new Map(
    ERAS.flatMap((era) => [
      [listRow(era), AIMS.list],
      [callRow(era), AIMS.call],
      [laterRow(era), AIMS.later],
    ]),
  );
  return {
    title: "Start-up",
    method:
      `Milliseconds from the start of a process to the line on its stdout, ${effort.starts} starts of each kind, one at a time, ` +
      "the kinds taking turns in an order that rotates; one start of each kind before them does not count. The floor runs from start to exit. " +
      "The server has credentials in its environment and contacts nothing before the first call, which is `whoami` (a token and two requests) " +
      `against a sandbox tenant in the process of the bench and is timed from its request; the one that comes ${STILL_MS} ms after the list finds the code of a call read. Ended as clients do it: stdin is closed and its exit awaited.`,
    tables: [tabulateStarts(measured, aims)],
  };
};

export const startFloor: Starter = async () => {
  const floor = start([process.execPath, "-e", "0"]);
  return { [FLOOR]: (await floor.ended) - floor.startedAt };
};

/** Runs all kinds in turn, round by round. */
export async function runStarts(
  starters: readonly Starter[],
  rounds: number,
  progress: (text: string) => void,
): Promise<Map<string, number[]>> {
  const measured = new Map<string, number[]>();
  for (const starter of starters) for (const row of Object.keys(await starter())) measured.set(row, []);
  for (let round = 0; round < rounds; round += 1) {
    progress(`start ${round + 1} of ${rounds}`);
    for (const starter of rotate(starters, round)) {
      for (const [row, value] of Object.entries(await starter())) measured.get(row)?.push(value);
    }
  }
  return measured;
}

function tabulateStarts(
  measured: ReadonlyMap<string, readonly number[]>,
  aims: ReadonlyMap<string, number> = new Map(),
) {
  const floor = spreadOf(measured.get(FLOOR) ?? []).p50;
  const rows = [...measured].map(([row, values]) => {
    const { p10, p50, p90 } = spreadOf(values);
    const aim = aims.get(row);
    const cells = judge(p50 / floor, aim === undefined ? undefined : { most: aim }, times);
    return [row, ms(p50), `${ms(p10)} .. ${ms(p90)}`, times(p50 / floor), ...cells];
  });
  return { head: ["Start", "median ms", "p10 .. p90", "x floor", "aim", "met"], rows };
}
