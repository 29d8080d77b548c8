import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { TOOLS } from "../../src/tools/index.ts";
import { HTTP_TOKEN, spawnHttp, startTenant, type Tenant } from "../fixture/tenant.ts";
import { modernHeaders, modernRequest, post } from "../fixture/wire.ts";
import { INITIALIZE_PARAMS, killSpawned } from "../support/spawn.ts";

let tenant: Tenant;
let url: string;

beforeAll(async () => {
  tenant = await startTenant();
  ({ url } = await spawnHttp(tenant.env));
});

afterAll(async () => {
  await killSpawned();
  await tenant.sandbox.close();
});

type Headers = Readonly<Record<string, string | undefined>>;

const AUTH = { authorization: `Bearer ${HTTP_TOKEN}` };
const send = (body: object | string, headers: Headers = {}) => post(url, body, { ...AUTH, ...headers });
const legacy = (method: string, params: object = {}) => ({ jsonrpc: "2.0", id: 1, method, params });
const INITIALIZE = legacy("initialize", INITIALIZE_PARAMS);
const DISCOVER = modernRequest(1, "server/discover");
const WHOAMI = modernRequest(1, "tools/call", { name: "whoami", arguments: {} });

/** A request of the 2026 era with its headers, either of which may be altered on purpose. */
const sendModern = (request: ReturnType<typeof modernRequest>, headers: Headers = {}) =>
  send(request, { ...modernHeaders(request), ...headers });

/** The request with keys of its envelope removed or replaced. */
function withMeta(changes: Readonly<Record<string, unknown>> | undefined) {
  const request = modernRequest(1, "tools/list");
  const meta: Record<string, unknown> = { ...request.params._meta };
  for (const [key, value] of Object.entries(changes ?? {})) meta[`io.modelcontextprotocol/${key}`] = value;
  return { ...request, params: changes === undefined ? {} : { _meta: meta } } as typeof request;
}

describe("revision 2026-07-28", () => {
  it("includes the result type and cache lifetime of server/discover and tools/list", async () => {
    const discovered = await sendModern(DISCOVER);
    expect(discovered.status).toBe(200);
    expect(discovered.headers.get("content-type")).toBe("application/json");
    expect(discovered.messages[0]?.result).toMatchObject({
      resultType: "complete",
      supportedVersions: ["2026-07-28"],
      capabilities: { tools: {} },
      ttlMs: 300_000,
      cacheScope: "private",
      _meta: { "io.modelcontextprotocol/serverInfo": { name: "c1-admin-mcp" } },
    });
    const [listed] = (await sendModern(modernRequest(1, "tools/list"))).messages;
    expect(listed?.result).toMatchObject({
      resultType: "complete",
      ttlMs: 300_000,
      cacheScope: "private",
      tools: TOOLS.map(({ name }) => ({ name })),
    });
  });

  it("includes the result type of a call, without a cache hint", async () => {
    const { result } = (await sendModern(WHOAMI)).messages[0] ?? {};
    expect(result?.resultType).toBe("complete");
    expect(result).not.toHaveProperty("ttlMs");
  });

  it.each([
    ["another method in the header", WHOAMI, { "mcp-method": "tools/list" }, 400, -32020],
    ["another name in the header", WHOAMI, { "mcp-name": "create_app" }, 400, -32020],
    ["another revision in the header", WHOAMI, { "mcp-protocol-version": "2025-11-25" }, 400, -32020],
    ["no method in the headers", WHOAMI, { "mcp-method": undefined }, 400, -32020],
    ["no name in the headers", WHOAMI, { "mcp-name": undefined }, 400, -32020],
    ["no revision in the headers", WHOAMI, { "mcp-protocol-version": undefined }, 400, -32020],
    ["no envelope", withMeta(undefined), {}, 400, -32602],
    ["no capabilities in the envelope", withMeta({ clientCapabilities: undefined }), {}, 400, -32602],
    ["capabilities that are a text", withMeta({ clientCapabilities: "all" }), {}, 400, -32602],
    ["an unknown tool", modernRequest(1, "tools/call", { name: "drop_app" }), {}, 200, -32602],
    ["a removed method: initialize", modernRequest(1, "initialize"), {}, 404, -32601],
    ["a removed method: ping", modernRequest(1, "ping"), {}, 404, -32601],
    ["a removed method: logging/setLevel", modernRequest(1, "logging/setLevel"), {}, 404, -32601],
    ["a removed method: resources/subscribe", modernRequest(1, "resources/subscribe"), {}, 404, -32601],
    ["a method that is not offered", modernRequest(1, "prompts/list"), {}, 404, -32601],
    ["an unknown method", modernRequest(1, "no/such"), {}, 404, -32601],
  ])("%s", async (_what, request, headers, status, code) => {
    const reply = await sendModern(request, headers);
    expect({ status: reply.status, id: reply.messages[0]?.id, code: reply.messages[0]?.error?.code }).toEqual(
      {
        status,
        id: 1,
        code,
      },
    );
  });

  it("refuses an unknown revision and lists the supported ones", async () => {
    const request = withMeta({ protocolVersion: "2099-01-01" });
    const { status, messages } = await sendModern(request, { "mcp-protocol-version": "2099-01-01" });
    expect(status).toBe(400);
    expect(messages[0]?.error).toMatchObject({
      code: -32022,
      data: { requested: "2099-01-01", supported: ["2026-07-28"] },
    });
  });

  it("accepts a name in encoded form", async () => {
    const encoded = `=?base64?${Buffer.from("whoami").toString("base64")}?=`;
    expect((await sendModern(WHOAMI, { "mcp-name": encoded })).status).toBe(200);
  });

  it("ignores a session id", async () => {
    const { status, headers } = await sendModern(WHOAMI, { "mcp-session-id": "made-up" });
    expect(status).toBe(200);
    expect(headers.get("mcp-session-id")).toBeNull();
  });
});

describe("the 2025 era", () => {
  it("opens without a session, and needs none to continue", async () => {
    const opened = await send(INITIALIZE);
    expect(opened.status).toBe(200);
    expect(opened.headers.get("mcp-session-id")).toBeNull();
    expect(opened.messages[0]?.result).toMatchObject({ protocolVersion: "2025-06-18" });
    const listed = await send(legacy("tools/list"), { "mcp-protocol-version": "2025-06-18" });
    expect(listed.headers.get("content-type")).toBe("application/json");
    expect(listed.messages[0]?.result).not.toHaveProperty("ttlMs");
    expect(listed.messages[0]?.result).not.toHaveProperty("resultType");
  });

  it("treats a client without a revision as 2025-03-26", async () => {
    expect((await send(legacy("tools/list"))).status).toBe(200);
  });

  it("says which params of initialize are missing", async () => {
    const { messages } = await send({ jsonrpc: "2.0", id: 1, method: "initialize" });
    expect(messages[0]?.error).toMatchObject({ code: -32602, message: expect.stringMatching(/: params$/) });
  });

  it("answers a ping", async () => {
    expect((await send(legacy("ping"))).messages[0]).toEqual({ jsonrpc: "2.0", id: 1, result: {} });
  });

  it("accepts a notification without a response", async () => {
    const { status, text } = await send({ jsonrpc: "2.0", method: "notifications/initialized" });
    expect({ status, text }).toEqual({ status: 202, text: "" });
  });

  it.each([
    ["a revision that never was", legacy("tools/list"), { "mcp-protocol-version": "1999-01-01" }, 400],
    ["an Accept of JSON only", INITIALIZE, { accept: "application/json" }, 406],
    ["an Accept of streams only", INITIALIZE, { accept: "text/event-stream" }, 406],
  ])("%s", async (_what, body, headers, status) => {
    expect((await send(body, headers)).status).toBe(status);
  });

  it.each([
    ["an unknown method", legacy("no/such"), -32601],
    ["a method that is not offered", legacy("resources/list"), -32601],
    ["an unknown tool", legacy("tools/call", { name: "drop_app", arguments: {} }), -32602],
    ["a call without a name", legacy("tools/call", { arguments: {} }), -32602],
    ["a call with a list for arguments", legacy("tools/call", { name: "whoami", arguments: [] }), -32602],
  ])("%s is answered in band", async (_what, body, code) => {
    const { status, messages } = await send(body);
    expect(status).toBe(200);
    expect(messages[0]?.error?.code).toBe(code);
  });
});

describe("either era", () => {
  it("an unknown tool is named in plain words", async () => {
    const old = await send(legacy("tools/call", { name: "drop_app", arguments: {} }));
    const modern = await sendModern(modernRequest(1, "tools/call", { name: "drop_app" }));
    for (const reply of [old, modern])
      expect(reply.messages[0]?.error?.message).toMatch(
        /^Unknown tool: drop_app; the tools are create_app, .*, whoami$/,
      );
  });

  it.each([
    "GET",
    "DELETE",
    "PUT",
    "PATCH",
    "OPTIONS",
    "HEAD",
  ])("%s is not allowed, and POST is", async (method) => {
    const response = await fetch(url, { method, headers: { ...AUTH, accept: "text/event-stream" } });
    expect(response.status).toBe(405);
    expect(response.headers.get("allow")).toBe("POST");
  });

  it.each([
    ["no JSON", "hello", {}, 400, -32700],
    ["half of a message", '{"jsonrpc":"2.0","id":1', {}, 400, -32700],
    ["nothing", "", {}, 400, -32700],
    ["JSON under another name", JSON.stringify(INITIALIZE), { "content-type": "text/plain" }, 415, undefined],
    ["a number", "7", {}, 400, undefined],
    ["null", "null", {}, 400, undefined],
    ["an empty batch", "[]", {}, 400, undefined],
    ["a batch of the 2026 era", JSON.stringify([DISCOVER]), modernHeaders(DISCOVER), 400, undefined],
  ])("%s", async (_what, body, headers, status, code) => {
    const reply = await send(body, headers);
    expect(reply.status).toBe(status);
    expect(reply.messages[0]?.error).toBeDefined();
    if (code !== undefined) expect(reply.messages[0]?.error?.code).toBe(code);
  });

  it.each([
    ["said in advance", "x".repeat(4 * 1024 * 1024 + 1)],
    ["far more", "x".repeat(9 * 1024 * 1024)],
  ])("a body of more than 4 MiB, %s", async (_what, body) => {
    // The server may close before it has read everything; then there is no response.
    const status = await send(body).then(
      (reply) => reply.status,
      () => 413,
    );
    expect(status).toBe(413);
  });

  it("a body of more than 4 MiB without a declared length", async () => {
    const chunk = new Uint8Array(64 * 1024).fill(0x20);
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        sent += chunk.length;
        if (sent > 5 * 1024 * 1024) controller.close();
        else controller.enqueue(chunk);
      },
    });
    const headers = { ...AUTH, "content-type": "application/json" };
    const init = { method: "POST", headers, body, duplex: "half" } as RequestInit;
    const status = await fetch(url, init).then(
      (response) => response.status,
      () => 413,
    );
    expect(status).toBe(413);
  });

  it.each([
    ["another path", "/other", {}, 404],
    ["a path below", "/mcp/more", {}, 404],
    ["no token", "/mcp", { authorization: undefined }, 401],
    ["another token", "/mcp", { authorization: "Bearer wrong-token-0123456789" }, 401],
    ["a strange origin", "/mcp", { origin: "https://evil.example" }, 403],
    ["a null origin", "/mcp", { origin: "null" }, 403],
  ])("%s", async (_what, path, headers, status) => {
    const reply = await post(new URL(path, url).href, INITIALIZE, { ...AUTH, ...headers });
    expect(reply.status).toBe(status);
  });
});
