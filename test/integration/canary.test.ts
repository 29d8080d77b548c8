import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { secretFromValue } from "../../src/config/secret-file.ts";
import { FAILURE_CODES } from "../../src/errors.ts";
import {
  APP,
  CANARY,
  CONNECTOR,
  type EchoTenant,
  findCanaries,
  OKTA_V2,
  ONE_OF_EACH,
  provoke,
  SPELLINGS,
  STORED_NAME,
  startEchoTenant,
  TYPE,
  USER,
} from "../support/canary.ts";
import { createLeapingClock } from "../support/leaping-clock.ts";
import { createRig, type Outcome } from "../support/rig.ts";
import {
  INITIALIZE_PARAMS,
  killSpawned,
  listeningAt,
  type Reply,
  type Spawned,
  spawnServer,
} from "../support/spawn.ts";

let tenant: EchoTenant;

beforeEach(async () => {
  tenant = await startEchoTenant();
});
afterEach(async () => {
  await killSpawned();
  await tenant.close();
});

const CLIENT_ID = "clever-otter-12345@acme.conductor.one/spc";

function environment(): Record<string, string> {
  return {
    CONDUCTORONE_SERVER_URL: tenant.url,
    CONDUCTORONE_CLIENT_ID: CLIENT_ID,
    CONDUCTORONE_CLIENT_SECRET: CANARY.clientSecret,
    [`C1_MCP_SECRET_${STORED_NAME}`]: CANARY.stored,
    C1_MCP_LOG_LEVEL: "trace",
    C1_MCP_TIMEOUT_MS: "1000",
  };
}

function outputOf({ stdout, stderr }: Spawned): string {
  return [...stdout, ...stderr].join("\n");
}

describe("a canary secret never appears", { timeout: 60_000 }, () => {
  it("in this process: results, errors, audit records and logs of every level", async () => {
    const rig = await createRig({
      serverUrl: tenant.url,
      clock: createLeapingClock(),
      timeoutMs: 20_000,
      credential: (_sandbox, redactor) => ({
        kind: "client_credentials",
        clientId: CLIENT_ID,
        clientSecret: secretFromValue(CANARY.clientSecret, redactor),
      }),
    });
    const said = await provoke(tenant, rig.call, { cuts: "all" });
    await rig.close();
    for (const value of [CANARY.text, CANARY.item, CANARY.mapped, "canarybirdPemLineTwo"])
      expect(tenant.writes.join()).toContain(value);
    expect(findCanaries(said)).toEqual([]);
    expect(findCanaries(JSON.stringify(rig.audits))).toEqual([]);
    expect(findCanaries(rig.logs.join("\n"))).toEqual([]);
    // The tenant really quoted them.
    expect(said.match(/\*\*\*/g)?.length).toBeGreaterThan(100);
    expect(rig.logs.length).toBeGreaterThan(100);
  });

  it.each(
    SPELLINGS.map((spell) => [spell(CANARY.text), spell] as const),
  )("would be found if it came out as %s", (_spelt, spell) => {
    for (const value of [CANARY.text, CANARY.item, CANARY.stored, CANARY.accessToken])
      expect(findCanaries(`x ${spell(value)} y`)).not.toEqual([]);
  });

  it("over stdio: stdout and stderr of the built server, including protocol errors", async () => {
    const server = spawnServer([], environment());
    await server.initialize();
    // The redactor was tested with every secret above; this tests what bypasses it.
    await provoke(tenant, server.call, { cuts: "some" });
    server.send(
      `${CANARY.text}\n`,
      `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"${CANARY.text}\n`,
      { jsonrpc: "2.0", id: 2, method: "tools/call", params: { name: "whoami", arguments: CANARY.text } },
      { jsonrpc: "2.0", id: 3, method: "tools/call", params: { name: 5, arguments: { a: CANARY.text } } },
      {
        jsonrpc: "2.0",
        id: 4,
        method: "tools/call",
        params: { name: "nope", arguments: { a: CANARY.text } },
      },
      { jsonrpc: "2.0", id: 5, method: "resources/read", params: { uri: CANARY.text } },
      { jsonrpc: "1.0", id: 6, method: CANARY.text },
    );
    server.endInput();
    expect(await server.exit).toBe(0);
    expect(findCanaries(outputOf(server))).toEqual([]);
    expect(tenant.writes.join()).toContain(CANARY.text);
    expect(tenant.writes.join()).toContain(CANARY.stored);
    expect(server.stdout.length).toBeGreaterThan(200);
    expect(server.stderr.filter((line) => line.includes('"audit":true')).length).toBeGreaterThan(200);
  });

  it("over HTTP: responses, headers and stderr, including refused requests", async () => {
    const server = spawnServer(["http", "--port", "0"], {
      ...environment(),
      C1_MCP_HTTP_TOKEN: CANARY.httpBearer,
      // Hundreds of calls in a few seconds, none of which may be refused by a rate limit.
      C1_MCP_RATE_LIMIT: "0",
    });
    const url = await listeningAt(server);
    const received: string[] = [];
    const post = async (body: unknown, authorization = `Bearer ${CANARY.httpBearer}`) => {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          authorization,
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
        },
        body: typeof body === "string" ? body : JSON.stringify(body),
      });
      const text = await response.text();
      received.push(JSON.stringify([...response.headers]), text);
      return { status: response.status, text };
    };
    expect(
      (await post({ jsonrpc: "2.0", id: 0, method: "initialize", params: INITIALIZE_PARAMS })).status,
    ).toBe(200);
    await provoke(tenant, async (name, args): Promise<Outcome> => {
      const request = { jsonrpc: "2.0", id: 1, method: "tools/call", params: { name, arguments: args } };
      const { result } = JSON.parse((await post(request)).text) as Reply;
      const [first] = (result?.content ?? []) as { text: string }[];
      return { isError: result?.isError === true, text: first?.text ?? "", value: {} };
    });
    expect((await post({}, `Bearer ${CANARY.httpBearer}x`)).status).toBe(401);
    expect((await post({}, `Basic ${CANARY.accessToken}`)).status).toBe(401);
    expect((await post(`{"${CANARY.text}`)).status).toBe(400);
    await post({
      jsonrpc: "2.0",
      id: 2,
      method: "tools/call",
      params: { name: "whoami", arguments: CANARY.text },
    });
    server.kill("SIGTERM");
    expect(await server.exit).toBe(0);
    expect(findCanaries(received.join("\n"))).toEqual([]);
    expect(findCanaries(outputOf(server))).toEqual([]);
    expect(received.length).toBeGreaterThan(400);
  });

  it("with a ready token or an OIDC token in place of id and secret", async () => {
    const { CONDUCTORONE_CLIENT_ID, CONDUCTORONE_CLIENT_SECRET, ...rest } = environment();
    const servers = [
      { CONDUCTORONE_ACCESS_TOKEN: CANARY.accessToken },
      { CONDUCTORONE_OIDC_TOKEN: CANARY.text, CONDUCTORONE_CLIENT_ID: "a@b.example/wfe" },
    ].map((credential) => spawnServer([], { ...rest, ...credential }));
    for (const server of servers) await server.initialize();
    const callBoth = async (tool: string, args: unknown) => {
      const [outcome] = await Promise.all(servers.map((server) => server.call(tool, args)));
      return outcome as Outcome;
    };
    // Only the credential differs, not the configs.
    await provoke(tenant, callBoth, { calls: ONE_OF_EACH });
    for (const server of servers) {
      server.endInput();
      expect(await server.exit).toBe(0);
      expect(findCanaries(outputOf(server))).toEqual([]);
    }
  });

  it.each<[string, Record<string, string>]>([
    [
      "id and secret are swapped",
      { CONDUCTORONE_CLIENT_ID: CANARY.clientSecret, CONDUCTORONE_CLIENT_SECRET: CLIENT_ID },
    ],
    ["the secret stands where a file name should", { CONDUCTORONE_CLIENT_SECRET_FILE: CANARY.clientSecret }],
    [
      "the secret is there twice",
      { CONDUCTORONE_CLIENT_SECRET: CANARY.clientSecret, CONDUCTORONE_CLIENT_SECRET_FILE: "/nowhere" },
    ],
    [
      "a variable is misspelt",
      { CONDUCTORONE_CLIENT_SECRT: CANARY.clientSecret, C1_MCP_HTTP_TOKN: CANARY.httpBearer },
    ],
    [
      "the address holds a password",
      { CONDUCTORONE_SERVER_URL: `https://me:${CANARY.text}@acme.conductor.one` },
    ],
  ])("when %s", async (_what, changes) => {
    const { CONDUCTORONE_CLIENT_SECRET, ...rest } = environment();
    const server = spawnServer([], { ...rest, ...changes });
    await server.initialize();
    const { text } = await server.call("whoami", {});
    expect(text).toMatch(/^\[not_configured\]/);
    const http = spawnServer(["http", "--port", "0"], { ...rest, ...changes });
    expect(await http.exit).toBe(2);
    server.endInput();
    expect(await server.exit).toBe(0);
    expect(findCanaries(outputOf(server) + outputOf(http))).toEqual([]);
  });
});

describe("our own words stay intact", { timeout: 60_000 }, () => {
  const WORDS = [
    "read",
    "exists",
    "app",
    "true",
    "already_exists",
    "outcome_unknown",
    "rejected",
    "Nothing was changed",
  ];
  const words = Object.fromEntries(
    [...WORDS, APP, CONNECTOR, USER].map((word, index) => [`field${index}`, word]),
  );
  const withWords = { appId: APP, catalogId: TYPE, config: words };
  const okta = { okta_v2_domain: "read", okta_v2_api_token: { secretRef: STORED_NAME } };
  const CALLS: readonly [tool: string, args: Record<string, unknown>][] = [
    ["create_connector", withWords],
    ["create_connector", { ...withWords, userIds: [USER], ifExists: "create" }],
    ["create_connector", { ...withWords, dryRun: true }],
    ["create_connector", { ...withWords, appId: "no such app" }],
    ["create_connector", { appId: APP, catalogId: OKTA_V2, config: okta }],
    ["create_connector", { appId: APP, catalogId: OKTA_V2, config: okta, ifExists: "reuse" }],
    ["add_connector_user_owner", { appId: APP, connectorId: CONNECTOR, userRefId: USER }],
    ["create_app", { displayName: "Acme CRM" }],
    ["find_connectors", { appId: APP, connectorId: CONNECTOR }],
    ["whoami", {}],
  ];

  it.each([
    "create_connector",
    "outcome_unknown",
    "connectorId",
    "administrator",
    APP.slice(4, 12),
    CONNECTOR.slice(0, 9),
  ])("with our words and ids as config values, and %s as a secret", async (secret) => {
    const rig = await createRig({
      serverUrl: tenant.url,
      clock: createLeapingClock(),
      timeoutMs: 5_000,
      secrets: { env: { [`C1_MCP_SECRET_${STORED_NAME}`]: secret } },
      credential: (_sandbox, redactor) => ({
        kind: "access_token",
        token: secretFromValue(CANARY.accessToken, redactor),
      }),
    });
    const seen = new Set<string>();
    for (const mode of ["fine", 400, 403, 404, 409, 500, "html", "reset"] as const) {
      tenant.behaviour = { mode, piece: 0, padding: 0 };
      for (const [tool, args] of CALLS) {
        const { isError, text, value } = await rig.call(tool, args);
        const code = /^\[(\w+)\] /.exec(text)?.[1];
        if (isError) expect(FAILURE_CODES).toContain(code);
        seen.add(code ?? "ok");
        for (const [key, id] of Object.entries({ appId: APP, connectorId: CONNECTOR, userId: USER }))
          if (key in value && tool !== "create_app") expect(value[key]).toBe(id);
        if (isError && code !== "outcome_unknown") expect(text).toContain("Nothing was changed.");
        if (args.dryRun && !isError)
          expect(value.request).toMatchObject({ path: `/api/v1/apps/${APP}/connectors/create` });
      }
    }
    await rig.close();
    expect([...seen]).toEqual(
      expect.arrayContaining(["ok", "rejected", "forbidden", "not_found", "outcome_unknown"]),
    );
    for (const { tool, outcome, targets } of rig.audits) {
      expect(["create_connector", "add_connector_user_owner", "create_app"]).toContain(tool);
      expect(["ok", ...FAILURE_CODES]).toContain(outcome);
      if (targets?.appId !== undefined) expect(targets.appId).toBe(APP);
    }
    const lines = rig.logs
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ audit, record }) => audit && record === "outcome");
    expect(lines.map(({ tool, outcome, targets }) => ({ tool, outcome, targets }))).toEqual(
      rig.audits.map(({ tool, outcome, targets }) => ({ tool, outcome, targets })),
    );
  });
});
