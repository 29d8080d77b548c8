import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { APPS, CONNECTORS, PEOPLE, seedState } from "../src/sandbox/seed.ts";
import { type Sandbox, startSandbox } from "../src/sandbox/start.ts";

/*
 * `npm run soak [calls]`: many calls through the built server on stdio, and what its process holds before and after. By
 * hand, after `npm run build`; Linux. The tenant lives in this process, so that only the server is measured.
 */

const CALLS = Number(process.argv.find((argument) => /^\d+$/.test(argument)) ?? 100_000);
const WARM_UP = Math.min(10_000, CALLS / 5);
const IN_FLIGHT = 16;
const MAX_MS = 600_000;
/** After this the server's pool of connections has let idle ones go. */
const IDLE_MS = 35_000;

interface Probe {
  readonly rss: number;
  readonly heapUsed: number;
  readonly resources: Readonly<Record<string, number>>;
  readonly processListeners: number;
  readonly abortListeners: number;
}

const sandbox = await startSandbox();
const seeded = seedState();
const server = startServer(sandbox);
const replies = new Map<number, (message: { error?: unknown }) => void>();
let probed: ((probe: Probe) => void) | undefined;
let errors = 0;
let last = 0;

createInterface(server.stdout).on("line", (line) => {
  const message = JSON.parse(line) as { id: number; error?: unknown };
  replies.get(message.id)?.(message);
  replies.delete(message.id);
});
createInterface(server.stderr).on("line", (line) => {
  if (line.startsWith('{"probe"')) probed?.((JSON.parse(line) as { probe: Probe }).probe);
});

function startServer({ serverUrl, clientId, clientSecret }: Sandbox) {
  const { PATH = "", HOME = "" } = process.env;
  const probe = join(process.cwd(), "bench", "probe.mjs");
  const args = ["--expose-gc", "--import", probe, join(process.cwd(), "dist", "main.js"), "stdio"];
  const env = {
    PATH,
    HOME,
    CONDUCTORONE_SERVER_URL: serverUrl,
    CONDUCTORONE_CLIENT_ID: clientId,
    CONDUCTORONE_CLIENT_SECRET: clientSecret,
  };
  return spawn(process.execPath, args, { env });
}

function request(method: string, params: object): Promise<{ error?: unknown }> {
  last += 1;
  const id = last;
  const reply = new Promise<{ error?: unknown }>((resolve) => replies.set(id, resolve));
  server.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
  return reply;
}

/** What an assistant does in a day, shuffled: reads, previews, writes, mistakes. */
function callOf(index: number): [tool: string, args: object] {
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
  return calls[index % calls.length] as [string, object];
}

/** Or the tenant, and with it each answer, would grow. */
function tidy(): void {
  const { state } = sandbox;
  for (const rows of ["apps", "connectors", "owners", "appOwners"] as const) {
    (state[rows] as unknown[]).length = Math.min(state[rows].length, seeded[rows].length);
  }
}

async function run(count: number, deadline: number): Promise<number> {
  let next = 0;
  const lane = async () => {
    for (let index = next++; index < count && performance.now() < deadline; index = next++) {
      const [name, args] = callOf(index);
      const { error } = await request("tools/call", { name, arguments: args });
      if (error !== undefined) errors += 1;
      if (index % 100 === 0) tidy();
    }
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  return Math.min(next, count);
}

async function measure(): Promise<Probe & { sockets: number }> {
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  const probe = new Promise<Probe>((resolve) => {
    probed = resolve;
  });
  process.kill(server.pid as number, "SIGUSR2");
  return { ...(await probe), sockets: readdirSync(`/proc/${server.pid}/fd`).length };
}

const megabytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MB`;

const started = performance.now();
const deadline = started + MAX_MS - IDLE_MS - 10_000;
await request("initialize", {
  protocolVersion: "2025-06-18",
  capabilities: {},
  clientInfo: { name: "soak", version: "1" },
});
const warm = await run(WARM_UP, deadline);
const before = await measure();
const done = await run(CALLS - warm, deadline);
const seconds = (performance.now() - started) / 1000;
const after = await measure();
await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
const idle = await measure();
server.stdin.end();
const [code] = (await once(server, "exit")) as [number];
await sandbox.close();

const growth = (after.rss / before.rss - 1) * 100;
const show = (name: string, pick: (probe: Probe & { sockets: number }) => unknown) =>
  `${name.padEnd(20)} ${[before, after, idle].map((probe) => String(pick(probe)).padEnd(16)).join(" ")}`;
process.stdout.write(
  [
    `${warm + done} calls in ${seconds.toFixed(0)} s, ${errors} protocol errors, exit code ${code}`,
    `${" ".repeat(20)} ${["after warm-up", "at the end", "when idle"].map((head) => head.padEnd(16)).join(" ")}`,
    show("RSS", ({ rss }) => megabytes(rss)),
    show("heap", ({ heapUsed }) => megabytes(heapUsed)),
    show("open files", ({ sockets }) => sockets),
    show("sockets", ({ resources }) => resources.TCPSocketWrap ?? 0),
    show("timers", ({ resources }) => resources.Timeout ?? 0),
    show("process listeners", ({ processListeners }) => processListeners),
    show("abort listeners", ({ abortListeners }) => abortListeners),
    `RSS growth ${growth.toFixed(1)} %`,
    "",
  ].join("\n"),
);
process.exitCode = growth < 10 && errors === 0 && code === 0 && done + warm >= CALLS ? 0 : 1;
