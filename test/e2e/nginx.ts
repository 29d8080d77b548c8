import { connect, type Kind, type TestClient, YES } from "../fixture/clients.ts";
import { modernHeaders, modernRequest, type Post, post } from "../fixture/wire.ts";
import { check, type Kit } from "./kit.ts";
import { type Cluster, startCluster, TOKEN } from "./replicas.ts";
import type { Suite } from "./suite.ts";

const CLIENTS = 200;
const CALLS = 20_000;
const AUTH = { authorization: `Bearer ${TOKEN}` };
/** Shares of the calls after which the first and the second replica are restarted. */
const STOPS = [0.25, 0.6];

interface Tally {
  done: number;
  readonly failed: string[];
  readonly mixedUp: string[];
  readonly times: number[];
}

/** One client's calls: dry runs, whose answers must contain the requested name, and one create. */
async function work(client: TestClient, index: number, tally: Tally): Promise<void> {
  const mine = CALLS / CLIENTS;
  for (let count = 0; count < mine; count += 1) {
    const dryRun = count !== Math.floor((index / CLIENTS) * mine);
    const displayName = dryRun ? `Preview ${index}-${count}` : `Load app ${index}`;
    const started = performance.now();
    try {
      const { isError, text, value } = await client.call("create_app", { displayName, dryRun });
      const preview = (value.request as { body?: { displayName?: string } } | undefined)?.body?.displayName;
      if (isError) tally.failed.push(`${displayName}: ${text}`);
      else if ((dryRun ? preview : value.displayName) !== displayName)
        tally.mixedUp.push(`${displayName}: ${text}`);
    } catch (error) {
      tally.failed.push(`${displayName}: ${(error as Error).message}`);
    }
    tally.times.push(performance.now() - started);
    tally.done += 1;
  }
}

/** Restarts each replica once while the clients are calling. */
async function restart({ a, b }: Cluster, tally: Tally): Promise<void> {
  for (const [index, replica] of [a, b].entries()) {
    while (tally.done < CALLS * (STOPS[index] ?? 1)) await new Promise((resolve) => setTimeout(resolve, 10));
    const code = await replica.stop();
    check(code === 0, "a replica that was told to stop ended with another code than 0", code);
    await replica.start();
  }
}

async function underLoad(kit: Kit): Promise<string> {
  const cluster = await startCluster(kit);
  const target = { url: cluster.url, token: TOKEN };
  const kinds: readonly Kind[] = ["v1", "v2 pinned"];
  const clients = await Promise.all(
    Array.from({ length: CLIENTS }, (_, index) => connect(kinds[index % 2] as Kind, target, false)),
  );
  const tally: Tally = { done: 0, failed: [], mixedUp: [], times: [] };
  const started = performance.now();
  await Promise.all([...clients.map((client, index) => work(client, index, tally)), restart(cluster, tally)]);
  const seconds = (performance.now() - started) / 1000;
  check(tally.failed.length === 0, `${tally.failed.length} calls failed`, tally.failed.slice(0, 5));
  check(
    tally.mixedUp.length === 0,
    `${tally.mixedUp.length} answers were mixed up`,
    tally.mixedUp.slice(0, 5),
  );
  check(tally.done === CALLS, "calls were lost", tally.done);

  const names = await allAppNames(cluster);
  for (let index = 0; index < CLIENTS; index += 1) {
    const found = names.filter((name) => name === `Load app ${index}`).length;
    check(found === 1, `app ${index} is there ${found} times`);
  }
  check(!names.some((name) => name.startsWith("Preview")), "a preview has made an app");
  await Promise.all(clients.map((client) => client.close()));

  const log = (await cluster.accessLog()).split("\n").filter((line) => line.includes('"POST /mcp"'));
  const ports = [cluster.a, cluster.b].map(({ url }) => new URL(url).host);
  const shares = ports.map((host) => log.filter((line) => line.includes(host)).length);
  check(Math.min(...shares) > CALLS / 5, "one replica did nearly all", shares);
  const passedOn = log.filter((line) => /, /.test(line)).length;
  tally.times.sort((x, y) => x - y);
  const at = (share: number) => Math.round(tally.times[Math.floor(tally.times.length * share)] ?? 0);
  return `${CALLS} calls in ${seconds.toFixed(0)} s, p50 ${at(0.5)} ms, p99 ${at(0.99)} ms; replicas ${shares.join(" and ")}; ${passedOn} passed on to the other`;
}

async function allAppNames({ tenant }: Cluster): Promise<string[]> {
  const names: string[] = [];
  for (let token = ""; ; ) {
    const page = (await tenant.get(`/api/v1/apps?page_size=100&page_token=${token}`)) as {
      list: { displayName: string }[];
      nextPageToken?: string;
    };
    names.push(...page.list.map(({ displayName }) => displayName));
    if (!page.nextPageToken) return names;
    token = encodeURIComponent(page.nextPageToken);
  }
}

const create = (displayName: string, round: object = {}) =>
  modernRequest(1, "tools/call", { name: "create_app", arguments: { displayName }, ...round });
const send = (url: string, message: ReturnType<typeof create>) =>
  post(url, message, { ...AUTH, ...modernHeaders(message) });
const stateIn = ({ messages }: Post) => messages[0]?.result?.requestState as string | undefined;
const CONSENT = { consent: YES };

async function consentAcross(kit: Kit): Promise<string> {
  const { a, b, tenant } = await startCluster(kit, { C1_MCP_WRITES: "confirm" });
  const asked = await send(a.url, create("Asked on A"));
  const requestState = stateIn(asked);
  check(requestState, "A does not ask", asked.text);
  const done = await send(b.url, create("Asked on A", { requestState, inputResponses: CONSENT }));
  check(done.text.includes('"appId"'), "B does not honour what A asked", done.text);
  const again = await send(a.url, create("Asked on A", { requestState, inputResponses: CONSENT }));
  check(again.text.includes("[already_exists]"), "the same consent counts again on A", again.text);
  const other = await send(b.url, create("Another", { requestState, inputResponses: CONSENT }));
  check(other.text.includes("[declined]"), "the consent counts for something else", other.text);
  const list = (await tenant.get("/api/v1/apps?page_size=100")) as { list: { displayName: string }[] };
  const made = list.list.filter(({ displayName }) => displayName === "Asked on A").length;
  check(made === 1, `the app is there ${made} times`);
  return "asked by A, done by B; a replay on A meets the duplicate guard";
}

async function consentThroughNginx(kit: Kit): Promise<string> {
  const cluster = await startCluster(kit, { C1_MCP_WRITES: "confirm" });
  const client = await connect("v2 pinned", { url: cluster.url, token: TOKEN }, true);
  client.person.answer = YES;
  for (let index = 0; index < 20; index += 1) {
    const { isError, text } = await client.call("create_app", { displayName: `Agreed ${index}` });
    check(!isError, "a confirmed write failed", text);
  }
  check(client.person.asked.length === 20, "the person was not asked each time", client.person.asked.length);
  await client.close();
  return "20 confirmed writes, each asked and done wherever nginx sent it";
}

async function withoutCommonKey(kit: Kit): Promise<string> {
  const env = { C1_MCP_WRITES: "confirm", C1_MCP_STATE_KEY: "" };
  const { a, b } = await startCluster(kit, env);
  const requestState = stateIn(await send(a.url, create("Nobody's")));
  const refused = await send(b.url, create("Nobody's", { requestState, inputResponses: CONSENT }));
  check(
    refused.messages[0]?.error?.code === -32602,
    "a state signed with another key is taken",
    refused.text,
  );
  return "a replica with another key refuses it";
}

export const nginx: Suite = {
  name: "nginx",
  what: "two replicas behind Debian's nginx, on deploy/nginx.conf",
  checks: [
    {
      name: `${CLIENTS} clients of both eras make ${CALLS} calls while each replica restarts: no answer fails, is lost or is mixed up`,
      run: underLoad,
    },
    { name: "a write that one replica asks consent for is done by the other, once", run: consentAcross },
    { name: "the SDK's client gives consent through nginx", run: consentThroughNginx },
    { name: "consent is refused by a replica with another C1_MCP_STATE_KEY", run: withoutCommonKey },
  ],
};
