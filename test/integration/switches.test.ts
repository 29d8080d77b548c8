import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { TOOLS } from "../../src/tools/index.ts";
import { connect } from "../fixture/clients.ts";
import { callTool, readEnd } from "../fixture/consent.ts";
import {
  auditsIn,
  type Environment,
  HTTP_TOKEN,
  spawnHttp,
  startTenant,
  type Tenant,
} from "../fixture/tenant.ts";
import {
  endHere,
  openSession,
  type ServerHere,
  type SessionHere,
  serveHere,
} from "../support/commands-here.ts";
import { killSpawned, listeningAt, MAIN, spawnServer } from "../support/spawn.ts";

let tenant: Tenant;

beforeAll(async () => {
  tenant = await startTenant();
});

afterAll(async () => {
  await killSpawned();
  await tenant.sandbox.close();
});

const ALL = TOOLS.map(({ name }) => name);
const READS = TOOLS.filter(({ effect }) => effect === "read").map(({ name }) => name);

/** Valid arguments for each write. */
const WRITES: Readonly<Record<string, object>> = {
  create_app: { displayName: "Switched CRM" },
  create_connector: {
    appId: "2ljiguO6z0uu4pSkrKyKEsjV0r8",
    catalogId: "2gkeVHQ9u8BtFpouw5jRmbnxjkW",
  },
  add_connector_user_owner: {
    appId: "2lGIUK2jAaY37lX5PrBngg9KGoo",
    connectorId: "2pX6JUNmFA3TYSYTdjzZuRXkuGN",
    userRefId: "jane.doe@acme.example",
  },
};

interface Case {
  readonly env: Environment;
  readonly listed: readonly string[];
  /** The setting that a refusal must name. */
  readonly setting: string;
}

const CASES: readonly Case[] = [
  { env: { C1_MCP_READ_ONLY: "true" }, listed: READS, setting: "C1_MCP_READ_ONLY" },
  { env: { C1_MCP_READ_ONLY: "1" }, listed: READS, setting: "C1_MCP_READ_ONLY" },
  { env: { C1_MCP_READ_ONLY: "true", C1_MCP_WRITES: "allow" }, listed: READS, setting: "C1_MCP_READ_ONLY" },
  { env: { C1_MCP_WRITES: "block" }, listed: READS, setting: "C1_MCP_WRITES" },
  {
    env: { C1_MCP_WRITES: "create_app=block" },
    listed: ALL.filter((name) => name !== "create_app"),
    setting: "C1_MCP_WRITES",
  },
  {
    env: { C1_MCP_WRITES: "block,create_app=allow" },
    listed: [...READS, "create_app"],
    setting: "C1_MCP_WRITES",
  },
  {
    env: { C1_MCP_WRITES: "confirm,create_connector=block" },
    listed: ALL.filter((name) => name !== "create_connector"),
    setting: "C1_MCP_WRITES",
  },
  { env: { C1_MCP_TOOLS: "whoami" }, listed: ["whoami"], setting: "C1_MCP_TOOLS" },
  {
    env: { C1_MCP_TOOLS: "whoami, create_app", C1_MCP_WRITES: "block" },
    listed: ["whoami"],
    setting: "C1_MCP_",
  },
];

describe.each(CASES)("$env", ({ env, listed, setting }) => {
  const inOrder = ALL.filter((name) => listed.includes(name));

  let url: string;
  let server: ServerHere;
  beforeAll(async () => {
    server = serveHere({ ...tenant.env, C1_MCP_HTTP_TOKEN: HTTP_TOKEN, ...env });
    url = await listeningAt(server);
  });
  afterAll(endHere);

  it("lists the enabled tools in the usual order", async () => {
    const client = await connect("v2 pinned", { url, token: HTTP_TOKEN }, false);
    expect((await client.list()).map(({ name }) => name)).toEqual(inOrder);
    await client.close();
  });

  it("answers a call of a disabled tool with the setting, writes nothing, and audits it", async () => {
    const before = tenant.writes();
    const blocked = ALL.filter((name) => !listed.includes(name));
    expect(blocked.length).toBeGreaterThan(0);
    for (const name of blocked) {
      const end = readEnd(await callTool(url, name, WRITES[name] ?? {}));
      expect(end.isError).toBe(true);
      expect(end.text).toMatch(/^\[blocked\] /);
      expect(end.text).toContain(`${name} is switched off`);
      expect(end.text).toContain(setting);
      expect(end.text).toContain("Nothing was changed.");
    }
    expect(tenant.writes()).toBe(before);
    const audits = auditsIn(server.stderr);
    expect(audits.map(({ tool }) => tool)).toEqual(blocked.filter((name) => !READS.includes(name)));
    for (const record of audits) expect(record).toMatchObject({ outcome: "blocked", changed: "no" });
  });
});

describe("the list over stdio, in both eras, is just as short", () => {
  it.each(["v1", "v2 pinned"] as const)("%s", async (kind) => {
    const { PATH = "", HOME = "" } = process.env;
    const env = { PATH, HOME, ...tenant.env, C1_MCP_READ_ONLY: "true" };
    const client = await connect(kind, { command: process.execPath, args: [MAIN], env }, false);
    expect((await client.list()).map(({ name }) => name)).toEqual(READS);
    expect((await client.call("create_app", { displayName: "Switched CRM" })).text).toMatch(/^\[blocked\] /);
    await client.close();
  });
});

describe("an enabled tool", () => {
  it("may be an exception from a block", async () => {
    const { url } = await spawnHttp({ ...tenant.env, C1_MCP_WRITES: "block,create_app=allow" });
    expect(readEnd(await callTool(url, "create_app", { displayName: "Switched on" })).isError).toBe(false);
    expect(tenant.apps()).toContain("Switched on");
  });
});

/** As the built server; the others in this process. */
const SPAWNED = true;

const INVALID: readonly [env: Environment, name: string, words: RegExp, isSpawned?: boolean][] = [
  [{ C1_MCP_WRITES: "blok" }, "C1_MCP_WRITES", /must be allow, confirm or block/, SPAWNED],
  [{ C1_MCP_WRITES: "Bloc" }, "C1_MCP_WRITES", /must be allow, confirm or block/],
  [{ C1_MCP_WRITES: "creat_app=block" }, "C1_MCP_WRITES", /did you mean create_app/],
  [{ C1_MCP_WRITES: "whoami=block" }, "C1_MCP_WRITES", /not a tool that writes/],
  [{ C1_MCP_WRITES: "allow,block" }, "C1_MCP_WRITES", /only one mode/],
  [{ C1_MCP_WRITES: "create_app=block=allow" }, "C1_MCP_WRITES", /must be allow, confirm or block/],
  [{ C1_MCP_WRITE: "block" }, "C1_MCP_WRITE", /did you mean C1_MCP_WRITES/],
  [{ C1_MCP_READONLY: "true" }, "C1_MCP_READONLY", /did you mean C1_MCP_READ_ONLY/],
  [{ C1_MCP_READ_ONLY: "yes" }, "C1_MCP_READ_ONLY", /must be true or false/],
  [{ C1_MCP_TOOLS: "whoami,create_ap" }, "C1_MCP_TOOLS", /did you mean create_app/],
  [{ C1_MCP_STATE_KEY: "short" }, "C1_MCP_STATE_KEY", /at least 32 characters/],
];

async function start(env: Environment, isSpawned = false): Promise<SessionHere> {
  if (!isSpawned) return openSession(env);
  const server = spawnServer([], env);
  await server.initialize();
  return server;
}

describe.each(INVALID)("an invalid %j is not ignored", (env, name, words, isSpawned) => {
  afterEach(endHere);

  it("every call returns not_configured, and nothing is written", async () => {
    const before = tenant.sandbox.requests.length;
    const server = await start({ ...tenant.env, ...env }, isSpawned);
    for (const [tool, args] of [...Object.entries(WRITES), ["whoami", {}] as const]) {
      const { isError, text } = await server.call(tool, args);
      expect(isError).toBe(true);
      expect(text).toMatch(/^\[not_configured\] /);
      expect(text).toContain(`- ${name} `);
      expect(text).toMatch(words);
    }
    expect(tenant.sandbox.requests).toHaveLength(before);
  });
});

it("over HTTP, a misspelt switch prevents the start", async () => {
  const server = spawnServer(["http", "--port", "0"], {
    ...tenant.env,
    C1_MCP_HTTP_TOKEN: HTTP_TOKEN,
    C1_MCP_WRITE: "block",
  });
  expect(await server.exit).toBe(2);
  expect(server.stdout).toEqual([]);
  expect(server.stderr.join("\n")).toContain("did you mean C1_MCP_WRITES");
});
