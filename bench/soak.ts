import { readdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { APPS, CONNECTORS, PEOPLE, seedState } from "../src/sandbox/seed.ts";
import { type Sandbox, startSandbox } from "../src/sandbox/start.ts";
import { ERAS, type Era } from "./eras.ts";
import { createLoad, type Lanes, openLanes, WAYS, type Way } from "./lanes.ts";
import { credentialsFor } from "./observe.ts";
import { onLines } from "./processes.ts";
import { megabytes } from "./report.ts";
import { GROWTH_AIM } from "./soaked.ts";

/*
 * `npm run soak [calls]`: makes many calls of both eras to the built server, over stdio and then over HTTP, and compares its memory
 * before and after. Run by hand, on Linux. The tenant is in this process, so that only the server is measured.
 */

const CALLS = Number(process.argv.find((argument) => /^\d+$/.test(argument)) ?? 100_000);
const WARM_UP = Math.min(10_000, CALLS / 5);
const MAX_MS = 550_000;
/** Longer than the server's pool keeps idle connections, in milliseconds. */
const IDLE_MS = 35_000;

interface Probe {
  /** Bytes. */
  readonly rss: number;
  readonly heapUsed: number;
  readonly resources: Readonly<Record<string, number>>;
  readonly processListeners: number;
  readonly abortListeners: number;
  readonly files: number;
}

/** A typical mix of calls: reads, dry runs, writes, mistakes. */
function callOf(index: number): { tool: string; args: object; era: Era } {
  const place = { appId: APPS.github.id, connectorId: CONNECTORS.github.id };
  const calls: [string, object][] = [
    ["whoami", {}],
    ["find_apps", { query: "a" }],
    ["find_users", { query: "jane" }],
    ["create_app", { displayName: `Soak ${index}`, owners: ["jane.doe@acme.example"] }],
    ["create_app", { displayName: `Dry ${index}`, dryRun: true }],
    ["create_app", { displayName: "GitHub" }],
    ["create_connector", { appId: APPS.wiki.id, catalogId: "okta_v2", ifExists: "create" }],
    ["add_connector_user_owner", { ...place, userRefId: PEOPLE.samLee.id }],
    ["add_connector_user_owner", { ...place, userRefId: "nobody@acme.example" }],
    ["create_app", { displayNam: `wrong ${index}` }],
  ];
  const [tool, args] = calls[index % calls.length] as [string, object];
  return { tool, args, era: ERAS[Math.floor(index / calls.length) % ERAS.length] as Era };
}

const seeded = seedState();

/** Removes created rows, because the tenant, and with it each response, would otherwise grow. */
function tidy({ state }: Sandbox): void {
  for (const rows of ["apps", "connectors", "owners", "appOwners"] as const) {
    (state[rows] as unknown[]).length = Math.min(state[rows].length, seeded[rows].length);
  }
}

/** The server's own reading, after a garbage collection. */
async function measure({ server }: Lanes): Promise<Probe> {
  await pause(2_000);
  const probed = new Promise<Probe>((resolve) => {
    onLines(server.child.stderr, (line) => {
      if (line.startsWith('{"probe"')) resolve((JSON.parse(line) as { probe: Probe }).probe);
    });
  });
  server.child.kill("SIGUSR2");
  return { ...(await probed), files: readdirSync(`/proc/${server.pid}/fd`).length };
}

/** Returns whether all calls were answered and the memory did not grow. Prints the readings. */
async function soak(way: Way): Promise<boolean> {
  const sandbox = await startSandbox();
  const probe = ["--expose-gc", "--import", join(process.cwd(), "bench", "probe.mjs")];
  const command = [process.execPath, ...probe, join(process.cwd(), "dist", "main.js")] as const;
  const lanes = await openLanes(way, command, credentialsFor(sandbox), "2025");
  const started = performance.now();
  let errors = 0;
  const load = createLoad(lanes, MAX_MS, async (send, id) => {
    const { text } = await send({ id, ...callOf(id) });
    if ((JSON.parse(text) as { error?: unknown }).error !== undefined) errors += 1;
    if (id % 100 === 0) tidy(sandbox);
  });
  await load.runTo(WARM_UP);
  const before = await measure(lanes);
  await load.runTo(CALLS);
  const after = await measure(lanes);
  const seconds = (performance.now() - started) / 1000;
  lanes.rest();
  await pause(IDLE_MS);
  const idle = await measure(lanes);
  await lanes.end();
  const code = lanes.server.child.exitCode;
  await sandbox.close();

  const growth = (after.rss / before.rss - 1) * 100;
  const show = (name: string, pick: (probe: Probe) => unknown) =>
    `${name.padEnd(20)} ${[before, after, idle].map((probe) => String(pick(probe)).padEnd(16)).join(" ")}`;
  process.stdout.write(
    [
      `${way}: ${load.done} calls in ${seconds.toFixed(0)} s, ${errors} protocol errors, exit code ${code}`,
      `${" ".repeat(20)} ${["after warm-up", "at the end", "when idle"].map((head) => head.padEnd(16)).join(" ")}`,
      show("RSS", ({ rss }) => megabytes(rss / 1024)),
      show("heap", ({ heapUsed }) => megabytes(heapUsed / 1024)),
      show("open files", ({ files }) => files),
      show("sockets", ({ resources }) => resources.TCPSocketWrap ?? 0),
      show("timers", ({ resources }) => resources.Timeout ?? 0),
      show("process listeners", ({ processListeners }) => processListeners),
      show("abort listeners", ({ abortListeners }) => abortListeners),
      `RSS growth ${growth.toFixed(1)} %`,
      "",
      "",
    ].join("\n"),
  );
  return growth <= GROWTH_AIM.most && errors === 0 && code === 0 && load.done >= CALLS;
}

let good = true;
for (const way of WAYS) good = (await soak(way)) && good;
process.exitCode = good ? 0 : 1;
