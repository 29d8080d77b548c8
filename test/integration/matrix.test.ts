import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TOOLS } from "../../src/tools/index.ts";
import { connect, isLegacy, KINDS, type Target, type TestClient, YES } from "../fixture/clients.ts";
import { HTTP_TOKEN, type HttpServer, spawnHttp, startTenant, type Tenant } from "../fixture/tenant.ts";
import { killSpawned, MAIN } from "../support/spawn.ts";

/** Makes the names of apps unique. */
let names = 0;

const JANE = "jane.doe@acme.example";

let tenant: Tenant;
let http: HttpServer;

beforeAll(async () => {
  tenant = await startTenant();
  http = await spawnHttp({ ...tenant.env, C1_MCP_WRITES: "confirm" });
});

afterAll(async () => {
  await killSpawned();
  await tenant.sandbox.close();
});

const CELLS = KINDS.flatMap((kind) =>
  (["stdio", "http"] as const).flatMap((transport) =>
    [true, false].map((forms) => ({ kind, transport, forms })),
  ),
);

describe.each(CELLS)("$kind over $transport, elicitation: $forms", ({ kind, transport, forms }) => {
  const canBeAsked = forms && !(isLegacy(kind) && transport === "http");
  let client: TestClient;

  beforeAll(async () => {
    const { PATH = "", HOME = "" } = process.env;
    const env = { PATH, HOME, ...tenant.env, C1_MCP_WRITES: "confirm" };
    const target: Target =
      transport === "http"
        ? { url: http.url, token: HTTP_TOKEN }
        : { command: process.execPath, args: [MAIN, "stdio"], env };
    client = await connect(kind, target, forms);
  });

  afterAll(() => client.close());

  /** Tries to create an app. Returns the outcome, the message that the person saw, and the tenant's requests. */
  async function create(answer: TestClient["person"]["answer"]) {
    names += 1;
    const displayName = `Matrix ${names}`;
    client.person.answer = answer;
    const asked = client.person.asked.length;
    const before = tenant.writes();
    const reply = await client.call("create_app", { displayName, owners: [JANE] });
    return {
      reply,
      asked: client.person.asked.slice(asked),
      writes: tenant.writes() - before,
      exists: tenant.apps().includes(displayName),
    };
  }

  it("negotiates a revision", () => {
    if (kind !== "v1") expect(client.version).toBe(isLegacy(kind) ? "2025-11-25" : "2026-07-28");
  });

  it("lists the tools", async () => {
    expect((await client.list()).map(({ name }) => name)).toEqual(TOOLS.map(({ name }) => name));
  });

  it("calls a tool", async () => {
    const { isError, text, value } = await client.call("find_users", { query: JANE });
    expect(isError, text).toBe(false);
    expect(JSON.parse(text)).toEqual(value);
    expect(text).toContain("2blqQvXSVhpglvqomKjZPi61NkU");
  });

  it("returns results that pass the client's own check against the listed schemas", async () => {
    // Clients validate a result only against a schema that they have listed.
    await client.list();
    const calls: [string, Record<string, unknown>][] = [
      ["create_app", { displayName: "Never made", dryRun: true }],
      ["find_apps", {}],
      ["find_connectors", { appId: "GitHub" }],
      ["find_connectors", { appId: "GitHub", connectorId: "GitHub v2" }],
      ["find_connector_types", { query: "okta_v2" }],
      ["find_policies", {}],
      ["whoami", {}],
    ];
    for (const [name, args] of calls) {
      const { isError, text } = await client.call(name, args);
      expect(isError, `${name}: ${text}`).toBe(false);
    }
  });

  it("names the field of an invalid argument", async () => {
    const { isError, text } = await client.call("create_app", { displayName: 7, ownrs: [JANE] });
    expect(isError).toBe(true);
    expect(text).toMatch(/^\[invalid_arguments\] /);
    expect(text).toMatch(/displayName/);
    expect(text).toMatch(/ownrs.*owners/);
    expect(text).toContain("Nothing was changed.");
  });

  it("reports an unknown tool as a protocol error", async () => {
    await expect(client.call("drop_app", {})).rejects.toMatchObject({ code: -32602 });
  });

  if (!canBeAsked) {
    it("does not write if nobody can be asked", async () => {
      const { reply, asked, writes, exists } = await create(YES);
      expect(reply.isError).toBe(true);
      // Over stdio the server can ask on its own page; over HTTP that would need a login.
      expect(reply.text).toMatch(
        transport === "stdio"
          ? /^\[person_needed\] Create app .*: a person must agree to it\..*Nothing was changed\./
          : /^\[declined\] .*no way to ask.*Nothing was changed.*C1_MCP_WRITES/,
      );
      expect({ writes, exists, asked: asked.length }).toEqual({ writes: 0, exists: false, asked: 0 });
    });
    return;
  }

  it("writes once the person accepts", async () => {
    const { reply, asked, writes, exists } = await create(YES);
    expect(reply.isError, reply.text).toBe(false);
    expect({ writes, exists, asked: asked.length }).toEqual({ writes: 1, exists: true, asked: 1 });
    expect(asked[0]?.message).toContain(`"Matrix ${names}"`);
    expect(asked[0]?.requestedSchema).toMatchObject({ required: ["confirm"] });
  });

  it.each([
    ["declines", { action: "decline" as const }, "said no"],
    ["dismisses", { action: "cancel" as const }, "closed the question"],
    ["accepts without the tick", { action: "accept" as const, content: { confirm: false } }, "said no"],
  ])("does not write if the person %s", async (_what, answer, words) => {
    const { reply, asked, writes, exists } = await create(answer);
    expect(reply.isError).toBe(true);
    expect(reply.text).toMatch(/^\[declined\] /);
    expect(reply.text).toContain(words);
    expect(reply.text).toContain("Nothing was changed.");
    expect({ writes, exists, asked: asked.length }).toEqual({ writes: 0, exists: false, asked: 1 });
  });
});
