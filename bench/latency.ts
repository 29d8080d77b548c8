import { type Collector, startCollector } from "./collector.ts";
import { ERAS, type Era, findFault } from "./eras.ts";
import { Poster } from "./http-client.ts";
import { openLanes, type Send, WAYS, type Way } from "./lanes.ts";
import { type Bench, judge, ms, type Part } from "./report.ts";
import { spreadOf } from "./stats.ts";
import { type Case, observeCases, startUpstream } from "./upstream.ts";

/** Added milliseconds at the median, for a look-up with one request. */
const AIMS: Readonly<Record<Way, number>> = { stdio: 1.5, HTTP: 3.5 };

/** Time limit of a row, however slow the machine is. */
const ROW_MS = 40_000;

export const measureLatency: Part = async (bench) => {
  const { effort } = bench;
  const { read, write } = await observeCases(bench.observatory);
  const rows: string[][] = [];
  for (const subject of [read, write]) {
    for (const way of WAYS) {
      for (const era of ERAS) {
        bench.progress(`latency: ${subject.tool} over ${way}, ${era}`);
        rows.push(await measureRow(bench, subject, way, era));
      }
    }
  }
  bench.progress(`latency: ${read.tool} over stdio, 2026, with OpenTelemetry`);
  const collector = await startCollector();
  rows.push(await measureRow(bench, read, "stdio", "2026", collector));
  await collector.end();
  return {
    title: "Added latency of a call",
    method:
      `Milliseconds from writing a \`tools/call\` to its whole answer, less those of the same requests sent to the same upstream by ` +
      `\`node:http\` on one connection that is kept (n requests: one after another). ${effort.calls} calls a row after ${effort.warmUp} that do not count, ` +
      "one at a time, each beside a bare one in an order that alternates. The upstream is a process of its own that answers at once with what the sandbox " +
      "tenant answered: `find_apps` is one search, `create_app` (`ifExists: create`) a search and the create. The bare requests carry the bodies that the " +
      "server sends; the stub's count proves that nothing else was sent. " +
      "In the last row every call is exported to a collector that takes all at once. The HTTP caller keeps one connection and sends a bearer token. Rate limits are off.",
    tables: [
      {
        head: ["Call", "bare p50", "ours p50", "ours p10 .. p90", "added p50", "added p90", "aim", "met"],
        rows,
      },
    ],
  };
};

/** @param collector receives traces and metrics; without one they are off. */
async function measureRow(
  bench: Bench,
  subject: Case,
  way: Way,
  era: Era,
  collector?: Collector,
): Promise<string[]> {
  const { effort, main } = bench;
  const upstream = await startUpstream(subject);
  const lanes = await openLanes(way, [process.execPath, main], { ...upstream.env, ...collector?.env }, era);
  const send = lanes.sends[0] as Send;
  const poster = new Poster(upstream.url);
  const bare: number[] = [];
  const ours: number[] = [];
  const total = effort.warmUp + effort.calls;
  let index = 0;
  const callOurs = async () => {
    const began = performance.now();
    const { text, at } = await send({ id: index + 1, tool: subject.tool, args: subject.argsOf(index), era });
    const fault = findFault(text);
    if (fault !== undefined) throw new Error(`${subject.tool} over ${way}, ${era}: ${fault}`);
    if (index >= effort.warmUp) ours.push(at - began);
  };
  const callBare = async () => {
    const taken = await postAll(poster, subject);
    if (index >= effort.warmUp) bare.push(taken);
  };
  const deadline = performance.now() + ROW_MS;
  for (; index < total && performance.now() < deadline; index += 1) {
    for (const call of index % 2 === 0 ? [callBare, callOurs] : [callOurs, callBare]) await call();
  }
  const sent = await upstream.count();
  const expected = 2 * index * subject.exchanges.length;
  if (sent !== expected) throw new Error(`${subject.tool}: ${sent} upstream requests, not ${expected}`);
  poster.close();
  await lanes.end();
  await upstream.end();
  if (collector?.requests() === 0) throw new Error("the collector got nothing");

  const floor = spreadOf(bare);
  const own = spreadOf(ours);
  const added = own.p50 - floor.p50;
  const single = subject.exchanges.length === 1;
  return [
    `\`${subject.tool}\` over ${way}, ${era}${collector ? ", exported" : ""}${index < total ? ` (${ours.length} calls)` : ""}`,
    ms(floor.p50),
    ms(own.p50),
    `${ms(own.p10)} .. ${ms(own.p90)}`,
    `+${ms(added)}`,
    `+${ms(own.p90 - floor.p90)}`,
    ...judge(
      added,
      single && !collector ? { most: AIMS[way] } : undefined,
      (value) => `+${value.toFixed(1)}`,
    ),
  ];
}

async function postAll(poster: Poster, { exchanges }: Case): Promise<number> {
  const began = performance.now();
  let end = began;
  for (const { path, body } of exchanges) {
    const headers = { "content-type": "application/json", authorization: "Bearer bench-token" };
    end = (await poster.post(headers, body, path)).at;
  }
  return end - began;
}
