import { createRequire } from "node:module";
import { join } from "node:path";
import type { Era } from "./eras.ts";
import { endHttp, HTTP_ENV, type HttpServer, startHttp, writeCall } from "./http-client.ts";
import { fire, type Shot } from "./load.ts";
import { HAS_PROC, readCpuMs } from "./proc.ts";
import { type Bench, judge, type Part, times } from "./report.ts";
import { median, rotate, spreadOf } from "./stats.ts";
import { type Case, observeCases, startUpstream } from "./upstream.ts";

const CALLERS = [1, 32, 256];

/** Least number of calls per call of the rival, at this number of callers. */
const AIM = 2.5;
const AIM_CALLERS = 32;

const RIVAL = "SDK v1";

/** Contained in every good response. */
const MARK = '"structuredContent"';

/** A measured server: ours, the rival, or the upstream itself. */
interface Contender {
  readonly name: string;
  readonly pid: number;
  readonly shot: Shot;
}

/** The results of a contender in its stretches. */
interface Score {
  readonly rates: number[];
  calls: number;
  cpuMs: number;
}

export const measureThroughput: Part = async (bench) => {
  const { effort } = bench;
  const { read } = await observeCases(bench.observatory);
  const upstream = await startUpstream(read);
  const servers: HttpServer[] = [];
  const serve = async (
    name: string,
    era: Era,
    command: [string, ...string[]],
    env: Readonly<Record<string, string>>,
  ): Promise<Contender> => {
    const server = await startHttp([process.execPath, ...command], env);
    servers.push(server);
    const shot = { url: server.url, ...writeCall(era, 1, read.tool, read.argsOf(0)), mark: MARK };
    return { name, pid: server.process.pid, shot };
  };
  const rival = await bundleRival(bench);
  const rivalEnv = { UPSTREAM: upstream.url, UPSTREAM_PATH: read.exchanges[0]?.path ?? "" };
  const ownEnv = { ...upstream.env, ...HTTP_ENV };
  const contenders = [
    await serve("ours, 2025", "2025", [bench.main, "http"], ownEnv),
    await serve("ours, 2026", "2026", [bench.main, "http"], ownEnv),
    await serve(RIVAL, "2025", [rival, "v1"], rivalEnv),
    await serve("SDK v2", "2026", [rival, "v2"], rivalEnv),
    { name: "the upstream alone", pid: upstream.pid, shot: bareOf(upstream.url, read) },
  ];
  for (const { shot } of contenders) await fire(shot, AIM_CALLERS, effort.warmMs);
  const rows: string[][] = [];
  for (const callers of CALLERS) rows.push(...(await measureCallers(bench, contenders, callers)));
  for (const server of servers) await endHttp(server);
  await upstream.end();
  return {
    title: "Throughput over HTTP",
    method:
      "Calls a second of `find_apps`, one upstream request each, from callers that wait for each answer on a connection of their own; all callers are one process, " +
      `with undici. Stretches of ${effort.sliceMs} ms, ${effort.slices} for each server, taking turns in an order that rotates; before them each is warmed up (${effort.warmMs} ms with ${AIM_CALLERS} callers, and a stretch at each number of callers). ` +
      "The SDKs' own stateless servers (McpServer, a new one for each request, JSON answers, `node:http`, `fetch`; bench/rival.ts) do less: they " +
      "ask for no token and neither log, limit nor redact. Each server is a process of its own. The ratio is the median of the ratios of the stretches of one round, to the server of SDK v1. " +
      "CPU is the processor time of the server's process for each call, which other work on the machine changes less. " +
      "The last row of each block is the upstream itself: it shows how far the callers and the upstream are from being the limit. " +
      "Any unexpected answer aborts the run.",
    tables: [
      {
        head: ["Server", "callers", "calls/s", "p10 .. p90", "CPU ms/call", "x SDK v1", "aim", "met"],
        rows,
      },
    ],
  };
};

async function measureCallers(
  { effort, progress }: Bench,
  contenders: readonly Contender[],
  callers: number,
): Promise<string[][]> {
  const scores = new Map<Contender, Score>();
  for (const contender of contenders) {
    scores.set(contender, { rates: [], calls: 0, cpuMs: 0 });
    await fire(contender.shot, callers, effort.sliceMs);
  }
  for (let round = 0; round < effort.slices; round += 1) {
    progress(`throughput: ${callers} callers, round ${round + 1} of ${effort.slices}`);
    for (const [{ shot, pid }, score] of rotate([...scores], round)) {
      const before = HAS_PROC ? readCpuMs(pid) : Number.NaN;
      const { rate, total } = await fire(shot, callers, effort.sliceMs);
      score.cpuMs += HAS_PROC ? readCpuMs(pid) - before : Number.NaN;
      score.calls += total;
      score.rates.push(rate);
    }
  }
  const floor = [...scores].find(([{ name }]) => name === RIVAL)?.[1].rates ?? [];
  return [...scores].map(([{ name }, { rates, calls, cpuMs }]) => {
    const { p10, p50, p90 } = spreadOf(rates);
    const ratio = median(rates.map((rate, round) => rate / (floor[round] ?? Number.NaN)));
    const aim = callers === AIM_CALLERS && name.startsWith("ours") ? { least: AIM } : undefined;
    const rate = (value: number) => value.toFixed(0);
    return [
      name,
      String(callers),
      rate(p50),
      `${rate(p10)} .. ${rate(p90)}`,
      HAS_PROC ? (cpuMs / calls).toFixed(2) : "",
      times(ratio),
      ...judge(ratio, aim, times),
    ];
  });
}

function bareOf(url: string, { exchanges: [exchange] }: Case): Shot {
  if (!exchange) throw new Error("the call makes no upstream request");
  const headers = { "content-type": "application/json", authorization: "Bearer bench-token" };
  return { url: `${url}${exchange.path}`, headers, body: exchange.body, mark: '"list"' };
}

/** Bundles the rival like our server, so that neither has many files to load. */
async function bundleRival({ folder }: Bench): Promise<string> {
  // Run as a command, because the bundler cannot be bundled into the bench.
  const { build } = createRequire(join(process.cwd(), "package.json"))("esbuild") as typeof import("esbuild");
  const outfile = join(folder, "rival.mjs");
  await build({
    absWorkingDir: process.cwd(),
    entryPoints: ["bench/rival.ts"],
    outfile,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20.18",
    minify: true,
    keepNames: true,
    banner: {
      js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
    },
    logLevel: "warning",
  });
  return outfile;
}
