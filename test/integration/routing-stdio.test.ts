import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { TOOLS } from "../../src/tools/index.ts";
import { auditsIn, startTenant, type Tenant } from "../fixture/tenant.ts";
import { META, MODERN, modernRequest, type WireMessage } from "../fixture/wire.ts";
import { INITIALIZE_PARAMS, killSpawned, type Spawned, spawnServer } from "../support/spawn.ts";
import { until } from "../support/until.ts";

let tenant: Tenant;

beforeAll(async () => {
  tenant = await startTenant();
});

afterEach(killSpawned);
afterAll(() => tenant.sandbox.close());

const start = () => spawnServer(["stdio"], tenant.env);

const messagesOf = ({ stdout }: Spawned) => stdout.map((line) => JSON.parse(line) as WireMessage);

/** The replies to `count` requests, by id. */
async function replies(server: Spawned, count: number): Promise<Map<unknown, WireMessage>> {
  await until(`${count} replies`, () => server.stdout.length >= count);
  return new Map(messagesOf(server).map((message) => [message.id, message]));
}

const initialize = (id: number) => ({ jsonrpc: "2.0", id, method: "initialize", params: INITIALIZE_PARAMS });
const initialized = { jsonrpc: "2.0", method: "notifications/initialized" };
const legacy = (id: number, method: string, params: object = {}) => ({ jsonrpc: "2.0", id, method, params });
const NAMES = TOOLS.map(({ name }) => name);

const toolNames = (message: WireMessage | undefined) =>
  (message?.result?.tools as { name: string }[] | undefined)?.map(({ name }) => name);

describe("both eras on one pipe", () => {
  it("answers concurrent server/discover and initialize, and continues in either era", async () => {
    const server = start();
    const lines = [modernRequest(1, "server/discover"), initialize(2), initialized];
    server.send(
      lines
        .map((line) => JSON.stringify(line))
        .join("\n")
        .concat("\n"),
    );
    const opened = await replies(server, 2);
    expect(opened.get(1)?.result).toMatchObject({
      resultType: "complete",
      supportedVersions: ["2026-07-28"],
      capabilities: { tools: {} },
      ttlMs: expect.any(Number),
      cacheScope: "private",
    });
    expect(opened.get(2)?.result).toMatchObject({
      protocolVersion: "2025-06-18",
      serverInfo: { name: "c1-admin-mcp" },
    });
    // The same tools and instructions in both eras.
    expect(opened.get(1)?.result?.instructions).toBe(opened.get(2)?.result?.instructions);
    server.send(legacy(3, "tools/list"), modernRequest(4, "tools/list"));
    const listed = await replies(server, 4);
    expect(toolNames(listed.get(3))).toEqual(NAMES);
    expect(toolNames(listed.get(4))).toEqual(NAMES);
    expect(listed.get(3)?.result).not.toHaveProperty("resultType");
    expect(listed.get(4)?.result).toMatchObject({ resultType: "complete", cacheScope: "private" });
  });

  it("works just as well with initialize first and server/discover second", async () => {
    const server = start();
    server.send(initialize(1), modernRequest(2, "server/discover"));
    const opened = await replies(server, 2);
    expect(opened.get(1)?.result?.protocolVersion).toBe("2025-06-18");
    expect(opened.get(2)?.result?.resultType).toBe("complete");
  });

  it.each([
    ["tools/list", {}],
    ["tools/call", { name: "find_users", arguments: { query: "jane.doe@acme.example" } }],
  ])("accepts %s of revision 2026-07-28 as the very first message", async (method, params) => {
    const server = start();
    server.send(modernRequest("first", method, params));
    expect((await replies(server, 1)).get("first")?.result).toMatchObject({ resultType: "complete" });
  });

  it("refuses a call of a revision that it does not speak, even after one that it does", async () => {
    const server = start();
    const before = tenant.sandbox.requests.length;
    const call = { name: "create_app", arguments: { displayName: "Of another revision" } };
    const { params, ...rest } = modernRequest(2, "tools/call", call);
    const revision = "2027-01-01";
    const newer = {
      ...rest,
      params: { ...params, _meta: { ...params._meta, [`${META}protocolVersion`]: revision } },
    };
    // None of these messages is answered without the SDK.
    server.send(modernRequest(1, "tools/call", { name: "nothing", arguments: {} }));
    await replies(server, 1);
    server.send(newer);
    expect((await replies(server, 2)).get(2)?.error).toMatchObject({
      code: -32022,
      data: { supported: [MODERN], requested: revision },
    });
    expect(tenant.sandbox.requests.length).toBe(before);
  });

  it.each(["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"])("speaks %s", async (protocolVersion) => {
    const server = start();
    server.send(legacy(1, "initialize", { ...INITIALIZE_PARAMS, protocolVersion }));
    expect((await replies(server, 1)).get(1)?.result?.protocolVersion).toBe(protocolVersion);
  });

  it.each([
    "1999-01-01",
    "2026-07-28",
  ])("offers its newest revision to a client that initializes with %s", async (version) => {
    const server = start();
    server.send(legacy(1, "initialize", { ...INITIALIZE_PARAMS, protocolVersion: version }));
    expect((await replies(server, 1)).get(1)?.result?.protocolVersion).toBe("2025-11-25");
  });

  it.each<[string, object | undefined, string]>([
    ["initialize", undefined, "params"],
    ["initialize", { protocolVersion: 5 }, "params.protocolVersion, params.capabilities, params.clientInfo"],
    ["tools/list", { cursor: 5 }, "params.cursor"],
    ["tools/call", undefined, "params"],
    ["tools/call", { name: 5 }, "params.name"],
  ])("says of %s %j which params are wrong", async (method, params, named) => {
    const server = start();
    if (method !== "initialize") server.send(initialize(1), initialized);
    server.send({ jsonrpc: "2.0", id: 2, method, ...(params && { params }) });
    expect((await replies(server, method === "initialize" ? 1 : 2)).get(2)?.error).toEqual({
      code: -32602,
      message: `Invalid params: missing, or of another type than MCP's: ${named}`,
    });
  });

  it("passes a bare cancellation to both eras", async () => {
    const server = start();
    server.send(initialize(1), initialized);
    await replies(server, 1);
    tenant.sandbox.faults.add({ match: { operation: "users.search" }, times: 2, do: { kind: "silence" } });
    const before = tenant.sandbox.requests.length;
    const call = (displayName: string) => ({
      name: "create_app",
      arguments: { displayName, owners: ["jane.doe@acme.example"] },
    });
    server.send(
      legacy(7, "tools/call", call("Old lane")),
      modernRequest("m7", "tools/call", call("New lane")),
    );
    const searches = () =>
      tenant.sandbox.requests.slice(before).filter(({ operation }) => operation === "users.search").length;
    await until("both look-ups", () => searches() === 2);
    for (const requestId of ["m7", 7]) {
      const audits = auditsIn(server.stderr).length;
      server.send({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } });
      await until(`the end of ${requestId}`, () => auditsIn(server.stderr).length > audits);
      expect(auditsIn(server.stderr).at(-1)).toMatchObject({ outcome: "cancelled", changed: "no" });
    }
    // Cancelled requests are not answered; the pipe stays usable in both eras.
    server.send(legacy(8, "ping"), modernRequest(9, "tools/list"));
    const after = await replies(server, 3);
    expect(after.get(8)?.result).toEqual({});
    expect(toolNames(after.get(9))).toEqual(NAMES);
    expect(after.has(7) || after.has("m7")).toBe(false);
  });
});

describe("an invalid message", () => {
  it("gets an error, under its id if it has one, and the next message is served", async () => {
    const server = start();
    const lines: [line: string, code: number, id: unknown][] = [
      ["hello", -32700, null],
      ['{"jsonrpc":"2.0","id":1,', -32700, null],
      ['[{"jsonrpc":"2.0","id":1,"method":"ping"}]', -32600, null],
      ["7", -32600, null],
      ["null", -32600, null],
      ['{"jsonrpc":"2.0","id":1}', -32600, null],
      ['{"jsonrpc":"2.0","id":null,"method":"ping"}', -32600, null],
      ['{"jsonrpc":"2.0","id":{},"method":"ping"}', -32600, null],
      ['{"jsonrpc":"1.0","id":1,"method":"ping"}', -32600, 1],
      ['{"jsonrpc":"2.0","id":1,"method":"ping","params":"x"}', -32600, 1],
    ];
    for (const [line, code, id] of lines) {
      const before = server.stdout.length;
      server.send(`${line}\n`);
      await until(`an answer to ${line}`, () => server.stdout.length > before);
      expect(messagesOf(server).at(-1), line).toMatchObject({ id, error: { code } });
    }
    expect((await server.initialize()).result).toBeDefined();
  });

  it("of more than 10 MiB is refused without being kept, and the next message is served", async () => {
    const server = start();
    const long = JSON.stringify(legacy(1, "ping", { padding: "x".repeat(11 * 1024 * 1024) }));
    server.send(`${long}\n`, initialize(2));
    const got = await replies(server, 2);
    expect(got.get(null)?.error?.code).toBe(-32600);
    expect(got.get(2)?.result).toBeDefined();
  });

  it("with an unknown method or tool is answered by its era", async () => {
    const server = start();
    await server.initialize();
    const dropApp = { name: "drop_app", arguments: {} };
    const requests: [request: object, code: number][] = [
      [legacy(5, "no/such/method"), -32601],
      [modernRequest(5, "no/such/method"), -32601],
      // Removed in 2026-07-28.
      [modernRequest(5, "ping"), -32601],
      [modernRequest(5, "initialize"), -32601],
      [modernRequest(5, "logging/setLevel", { level: "info" }), -32601],
      // Never offered.
      [legacy(5, "resources/list"), -32601],
      [legacy(5, "resources/templates/list"), -32601],
      [modernRequest(5, "prompts/list"), -32601],
      [legacy(5, "tools/call", dropApp), -32602],
      [modernRequest(5, "tools/call", dropApp), -32602],
      // Malformed.
      [legacy(5, "tools/call", { arguments: {} }), -32602],
      [modernRequest(5, "tools/call", { arguments: {} }), -32602],
      [legacy(5, "tools/call", { name: "whoami", arguments: null }), -32602],
      [modernRequest(5, "tools/call", { name: "whoami", arguments: null }), -32602],
    ];
    for (const [request, code] of requests) {
      const before = server.stdout.length;
      server.send(request);
      await until("an answer", () => server.stdout.length > before);
      const { id, error } = messagesOf(server).at(-1) ?? {};
      expect({ id, code: error?.code }, JSON.stringify(request)).toEqual({ id: 5, code });
    }
  });

  it("with an unknown revision in the envelope is refused with the supported ones", async () => {
    const server = start();
    const request = modernRequest(1, "tools/list");
    Object.assign(request.params._meta, { "io.modelcontextprotocol/protocolVersion": "2099-01-01" });
    server.send(request);
    expect((await replies(server, 1)).get(1)?.error).toMatchObject({
      code: -32022,
      data: { requested: "2099-01-01", supported: ["2026-07-28"] },
    });
  });

  it("that is blank, an unknown notification or a stray response is ignored", async () => {
    const server = start();
    server.send(
      "\n\r\n   \n",
      { jsonrpc: "2.0", method: "notifications/whatever" },
      { jsonrpc: "2.0", id: 99, result: {} },
      `${JSON.stringify(initialize(1))}\r\n`,
    );
    expect((await replies(server, 1)).get(1)?.result).toBeDefined();
    await server.request("ping");
    expect(server.stdout).toHaveLength(2);
  });
});
