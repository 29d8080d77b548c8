import { existsSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { YES } from "../fixture/clients.ts";
import { modernHeaders, modernRequest, type Post, post } from "../fixture/wire.ts";
import { freePort } from "../support/free-port.ts";
import { check, type Kit, Missing, type Running } from "./kit.ts";
import { createReplica, type Replica } from "./replicas.ts";
import type { Suite } from "./suite.ts";

const REDIS = "/usr/bin/redis-server";
const TOKEN = "the-token-of-all-replicas";
const CALLS = 2_000;
const LEASE_MS = 10_000;
const DAY_MS = 86_400_000;

/** Debian's Redis, which can be paused, resumed and restarted. */
interface Store {
  readonly url: string;
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
  restart(): Promise<void>;
}

interface Set {
  readonly sandbox: Sandbox;
  readonly replicas: readonly Replica[];
  readonly store: Store | undefined;
}

async function startStore(kit: Kit): Promise<Store> {
  if (!existsSync(REDIS))
    throw new Missing("redis-server is not installed (Debian: apt-get install redis-server)");
  const port = await freePort();
  const start = async (): Promise<Running> => {
    const running = kit.start(REDIS, [
      "--port",
      String(port),
      "--bind",
      "127.0.0.1",
      "--save",
      "",
      "--appendonly",
      "no",
    ]);
    await running.seen("stdout", /Ready to accept connections/);
    return running;
  };
  let running = await start();
  return {
    url: `redis://127.0.0.1:${port}`,
    signal: (signal) => void running.process.kill(signal),
    async restart() {
      await running.stop();
      running = await start();
    },
  };
}

interface Options {
  readonly count: number;
  readonly latencyMs?: number;
  readonly objectDelayMs?: number;
  readonly env?: Readonly<Record<string, string>>;
  readonly isAlone?: boolean;
}

async function startSet(
  kit: Kit,
  { count, latencyMs = 0, objectDelayMs = 0, env = {}, isAlone }: Options,
): Promise<Set> {
  const store = isAlone ? undefined : await startStore(kit);
  const sandbox = await startSandbox({ objectDelayMs });
  sandbox.faults.add({ times: Number.POSITIVE_INFINITY, do: { kind: "latency", ms: latencyMs } });
  const all = {
    ...(await kit.cleanEnv("store")),
    CONDUCTORONE_SERVER_URL: sandbox.serverUrl,
    CONDUCTORONE_CLIENT_ID: sandbox.clientId,
    CONDUCTORONE_CLIENT_SECRET: sandbox.clientSecret,
    C1_MCP_HTTP_TOKEN: TOKEN,
    C1_MCP_STATE_KEY: "the-key-that-all-replicas-have-in-common",
    C1_MCP_RATE_LIMIT: "0",
    C1_MCP_MAX_CONCURRENT: "5000",
    ...(store && { C1_MCP_SHARED_URL: store.url }),
    ...env,
  };
  const replicas = await Promise.all(Array.from({ length: count }, () => createReplica(kit, all)));
  await Promise.all(replicas.map((replica) => replica.start()));
  // After a restart, the store grants no lock for the duration of a lease.
  if (store) await pause(LEASE_MS);
  return { sandbox, replicas, store };
}

async function endSet({ sandbox, replicas, store }: Set): Promise<void> {
  store?.signal("SIGCONT");
  await Promise.all(replicas.map((replica) => replica.kill()));
  await sandbox.close();
}

const create = (displayName: string, args: object = {}, round: object = {}) =>
  modernRequest(1, "tools/call", { name: "create_app", arguments: { displayName, ...args }, ...round });

function send({ url }: Replica, message: ReturnType<typeof create>): Promise<Post> {
  return post(url, message, { authorization: `Bearer ${TOKEN}`, ...modernHeaders(message) });
}

const madeOf = ({ sandbox }: Set, name: string) =>
  sandbox.state.apps.filter(({ displayName }) => displayName === name).length;

/** The outcome for each caller: "created", a failure code, or that the replica was lost. */
async function askAll(set: Set, name: string, calls: number): Promise<string[]> {
  return Promise.all(
    Array.from({ length: calls }, async (_, index) => {
      const replica = set.replicas[index % set.replicas.length] as Replica;
      const answer = await send(replica, create(name)).catch(() => undefined);
      // The replica was killed or is full: a process accepts 2,000 connections.
      if (!answer || answer.text === "") return "gone";
      return (
        /"text":"\[(\w+)\]/.exec(answer.text)?.[1] ??
        (answer.text.includes("appId") ? "created" : answer.text)
      );
    }),
  );
}

function judge(set: Set, name: string, told: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const one of told) counts.set(one, (counts.get(one) ?? 0) + 1);
  const made = madeOf(set, name);
  const summary = [...counts].map(([what, count]) => `${count} ${what}`).join(", ");
  check(made <= 1, `${made} apps were created`, summary);
  check((counts.get("created") ?? 0) <= 1, "two callers were told that they created it", summary);
  for (const what of counts.keys())
    check(["created", "already_exists", "unavailable", "gone"].includes(what), "an unexpected answer", what);
  return `${made} made; ${summary}`;
}

async function atOnce(kit: Kit): Promise<string> {
  const cells: readonly Options[] = [
    { count: 2, latencyMs: 0 },
    { count: 2, latencyMs: 5 },
    { count: 3, latencyMs: 50 },
    { count: 3, latencyMs: 5, objectDelayMs: DAY_MS },
  ];
  const lines: string[] = [];
  for (const cell of cells) {
    const set = await startSet(kit, cell);
    const told = await askAll(set, "At once", CALLS);
    check(madeOf(set, "At once") === 1, "nothing was made");
    const late = cell.objectDelayMs ? ", shown late" : "";
    lines.push(`${cell.count} replicas, ${cell.latencyMs} ms${late}: ${judge(set, "At once", told)}`);
    await endSet(set);
  }
  return lines.join("\n");
}

/** A disturbance during the creates. */
type Trouble = (set: Set) => Promise<void>;

async function withTrouble(kit: Kit, trouble: Trouble): Promise<string> {
  const set = await startSet(kit, { count: 3, latencyMs: 50, objectDelayMs: DAY_MS });
  const lines: string[] = [];
  for (let round = 0; round < 3; round += 1) {
    const name = `Trouble ${round}`;
    const asking = askAll(set, name, 60);
    await pause(60 + 70 * round);
    await trouble(set);
    lines.push(judge(set, name, await asking));
  }
  // Nothing stays locked for longer than a lease: another name can be created at once, or when the lease is over.
  const started = performance.now();
  for (let answer = ""; answer !== "created"; [answer = ""] = await askAll(set, "Afterwards", 1))
    await pause(200);
  const seconds = (performance.now() - started) / 1000;
  check(seconds < 1.5 * (LEASE_MS / 1000), "something was stuck", seconds);
  await endSet(set);
  return `${lines.join("\n")}\nafterwards one was made within ${seconds.toFixed(1)} s`;
}

async function kill({ replicas }: Set): Promise<void> {
  await replicas[0]?.kill();
  await replicas[0]?.start();
}

async function partition({ store }: Set): Promise<void> {
  store?.signal("SIGSTOP");
  await pause(1.5 * LEASE_MS);
  store?.signal("SIGCONT");
}

async function consentOnce(kit: Kit): Promise<string> {
  const set = await startSet(kit, { count: 2, env: { C1_MCP_WRITES: "confirm" } });
  const [a, b] = set.replicas as [Replica, Replica];
  const args = { ifExists: "create" };
  for (let trial = 0; trial < 50; trial += 1) {
    const name = `Agreed ${trial}`;
    const asked = await send(a, create(name, args));
    const requestState = asked.messages[0]?.result?.requestState;
    const answer = { requestState, inputResponses: { consent: YES } };
    await Promise.all([a, b].map((replica) => send(replica, create(name, args, answer))));
    check(madeOf(set, name) === 1, `one consent made ${madeOf(set, name)} apps`);
  }
  await endSet(set);
  return "50 consents, each shown to both at once: 50 apps";
}

async function withoutStore(kit: Kit): Promise<string> {
  const lines: string[] = [];
  for (const latencyMs of [0, 5]) {
    const set = await startSet(kit, { count: 2, latencyMs, isAlone: true });
    let twins = 0;
    for (let trial = 0; trial < 200; trial += 1) {
      const name = `Alone ${trial}`;
      const answers = await Promise.all(set.replicas.map((replica) => send(replica, create(name))));
      const ids = set.sandbox.state.apps
        .filter(({ displayName }) => displayName === name)
        .map(({ id }) => id);
      twins += Number(ids.length > 1);
      const knows = answers.some(({ text }) => ids.every((id) => text.includes(id)));
      check(
        knows,
        "no answer names both apps",
        answers.map(({ text }) => text),
      );
    }
    lines.push(`${latencyMs} ms: two apps in ${twins} of 200 trials, always named in an answer`);
    await endSet(set);
  }
  return lines.join("\n");
}

export const store: Suite = {
  name: "store",
  what: "replicas that share Debian's Redis, and replicas that share nothing",
  checks: [
    { name: `${CALLS} simultaneous creates of one app create one app`, run: atOnce },
    {
      name: "creates of one app while a replica is killed create no second app",
      run: (kit) => withTrouble(kit, kill),
    },
    {
      name: "creates of one app while the store restarts create no second app",
      run: (kit) => withTrouble(kit, async ({ store }) => store?.restart()),
    },
    {
      name: "creates of one app while the store is paused for longer than a lease create no second app",
      run: (kit) => withTrouble(kit, partition),
    },
    { name: "a consent that is shown to two replicas counts once", run: consentOnce },
    {
      name: "without a store, replicas may create two apps, but an answer then names both",
      run: withoutStore,
    },
  ],
};
