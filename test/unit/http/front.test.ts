import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";
import { Readable } from "node:stream";
import { pino } from "pino";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createFront, type FrontOptions } from "../../../src/http/front.ts";
import { createStaticTokens } from "../../../src/http/static-tokens.ts";
import { createRedactor } from "../../../src/log/redact.ts";
import { createMcpFetch, type McpFetch } from "../../../src/mcp/http.ts";
import { bearerAuth } from "../../support/bearer.ts";
import { createFakeRegistry, resultOf } from "../../support/fake-registry.ts";

const TOKEN = "a-token-of-enough-length";
const MEBIBYTE = 1024 * 1024;
const HEADERS = { "content-type": "application/json", accept: "application/json, text/event-stream" };
const PING = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" });

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Sent {
  method?: string;
  path?: string;
  headers?: Record<string, string>;
  body?: string | Readable;
}

interface Got {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
  json: { id?: unknown; result?: Record<string, unknown>; error?: { code: number; message: string } };
}

/** A front on its own port. By default, its handler accepts everything. */
async function start({ token, ...options }: Partial<FrontOptions> & { token?: () => Promise<string> } = {}) {
  const logs: object[] = [];
  const mcp = vi.fn<McpFetch>(options.mcp ?? (async () => Response.json({ ok: true })));
  const logger = pino({ level: "trace" }, { write: (line: string) => void logs.push(JSON.parse(line)) });
  const server = createFront({ logger, auth: token && bearerAuth(token, logger), ...options, mcp });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  });
  const { port } = server.address() as AddressInfo;
  const send = ({ method = "POST", path = "/mcp", headers = {}, body = PING }: Sent = {}) =>
    new Promise<Got>((resolve, reject) => {
      const outgoing = request({
        port,
        host: "127.0.0.1",
        method,
        path,
        headers: { ...HEADERS, ...headers },
      });
      outgoing.on("error", reject).on("response", async (response) => {
        const text = (await response.setEncoding("utf8").toArray()).join("");
        const json = (/^[[{]/.test(text) ? JSON.parse(text) : {}) as Got["json"];
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
      });
      if (typeof body === "string") outgoing.end(body);
      else {
        outgoing.flushHeaders();
        body.pipe(outgoing);
      }
    });
  return { port, mcp, logs, send };
}

const SHORT = "C1_MCP_HTTP_TOKEN must hold tokens of at least 16 characters each.";

const bearer = (token: string) => ({ authorization: `Bearer ${token}` });

describe("a request refused by its head", () => {
  it.each<[string, Sent, number]>([
    ["another path", { path: "/" }, 404],
    ["a longer path", { path: "/mcp/" }, 404],
    ["a path in another case", { path: "/MCP" }, 404],
    ["a path on the way", { path: "/x/../mcp" }, 404],
    ["GET", { method: "GET", body: "" }, 405],
    ["DELETE", { method: "DELETE", body: "" }, 405],
    ["OPTIONS", { method: "OPTIONS", body: "" }, 405],
    ["a strange Host", { headers: { host: "evil.example" } }, 403],
    ["a Host that begins well", { headers: { host: "localhost.evil.example" } }, 403],
    ["a Host with a user in it", { headers: { host: "localhost@evil.example" } }, 403],
    ["a strange Origin", { headers: { origin: "https://evil.example" } }, 403],
    ["an Origin that begins well", { headers: { origin: "http://localhost.evil.example" } }, 403],
    ["the Origin null", { headers: { origin: "null" } }, 403],
    ["an Origin that is none", { headers: { origin: "localhost" } }, 403],
    [
      "a body said to be too large",
      { headers: { "content-length": String(4 * MEBIBYTE + 1) }, body: new Readable({ read() {} }) },
      413,
    ],
  ])("%s", async (_name, sent, status) => {
    const { send, mcp } = await start();
    const got = await send(sent);
    expect(got.status).toBe(status);
    expect(got.json).toMatchObject({ jsonrpc: "2.0", id: null, error: { message: expect.any(String) } });
    if (status === 405) expect(got.headers.allow).toBe("POST");
    expect(mcp).not.toHaveBeenCalled();
  });

  it("says of a path with a slash at its end that it has one too many", async () => {
    const { send } = await start();
    const { json } = await send({ path: "/mcp/" });
    expect(json).toMatchObject({
      error: { message: "Not found: MCP is served at /mcp, without a slash at its end" },
    });
  });

  it.each<[string, Record<string, string>]>([
    ["the address", {}],
    ["localhost", { host: "localhost:8321" }],
    ["IPv6", { host: "[::1]:8321" }],
    ["an Origin on this machine", { origin: "http://localhost:5173" }],
    ["an Origin on the address", { origin: "http://127.0.0.1" }],
  ])("%s is accepted", async (_name, headers) => {
    const { send } = await start();
    expect(await send({ headers, path: "/mcp?x=1" })).toMatchObject({ status: 200, json: { ok: true } });
  });

  it("checks the Host before saying anything about paths and tokens", async () => {
    const { send } = await start({ token: async () => TOKEN });
    expect((await send({ path: "/other", headers: { host: "evil.example" } })).status).toBe(403);
  });
});

describe("the token", () => {
  const token = async () => TOKEN;

  it.each<[string, Record<string, string>, string]>([
    ["none", {}, 'Bearer realm="c1-admin-mcp"'],
    ["wrong", bearer("a-token-of-other-length"), 'Bearer realm="c1-admin-mcp", error="invalid_token"'],
    ["a part of it", bearer(TOKEN.slice(0, -1)), 'Bearer realm="c1-admin-mcp", error="invalid_token"'],
    ["more than it", bearer(`${TOKEN}x`), 'Bearer realm="c1-admin-mcp", error="invalid_token"'],
    ["twice", bearer(`${TOKEN} ${TOKEN}`), 'Bearer realm="c1-admin-mcp", error="invalid_token"'],
    ["empty", { authorization: "Bearer " }, 'Bearer realm="c1-admin-mcp", error="invalid_token"'],
    ["no scheme", { authorization: TOKEN }, 'Bearer realm="c1-admin-mcp", error="invalid_token"'],
    [
      "another scheme",
      { authorization: `Basic ${TOKEN}` },
      'Bearer realm="c1-admin-mcp", error="invalid_token"',
    ],
  ])("%s: 401 with a challenge", async (_name, headers, challenge) => {
    const { send, mcp } = await start({ token });
    const got = await send({ headers });
    expect(got.status).toBe(401);
    expect(got.headers["www-authenticate"]).toBe(challenge);
    expect(got.text).not.toContain(TOKEN);
    expect(mcp).not.toHaveBeenCalled();
  });

  it.each([
    `Bearer ${TOKEN}`,
    `bearer ${TOKEN}`,
    `BEARER   ${TOKEN}`,
  ])("accepts %j", async (authorization) => {
    const { send } = await start({ token });
    expect((await send({ headers: { authorization } })).status).toBe(200);
  });

  it("is not visible to anything behind the front", async () => {
    const { send, mcp } = await start({ token });
    await send({ headers: bearer(TOKEN) });
    const [seen, , caller] = mcp.mock.calls[0] ?? [];
    expect(JSON.stringify([...(seen?.headers ?? [])])).not.toContain(TOKEN);
    expect(caller).toMatchObject({
      name: "token-1",
      scopes: ["c1:read", "c1:write"],
      identity: { kind: "token", place: "token-1" },
    });
  });

  it("is read anew for each request, because files change", async () => {
    let now = TOKEN;
    const { send } = await start({ token: async () => now });
    now = "another-token-of-enough-length";
    expect((await send({ headers: bearer(TOKEN) })).status).toBe(401);
    expect((await send({ headers: bearer(now) })).status).toBe(200);
  });

  it("that has become too short admits nobody, and the log says so once", async () => {
    let text = "short";
    const { send, logs } = await start({ token: async () => text });
    for (const _ of [1, 2]) {
      const got = await send({ headers: bearer("short") });
      expect(got).toMatchObject({ status: 401, json: { error: { message: "Unauthorized: Unknown token" } } });
    }
    text = TOKEN;
    expect((await send({ headers: bearer(TOKEN) })).status).toBe(200);
    expect(logs.filter((line) => JSON.stringify(line).includes("bearer token"))).toMatchObject([
      { level: 50, why: SHORT, msg: "not every bearer token can be used" },
      { level: 30, msg: "the bearer tokens can be used again" },
    ]);
  });

  it("that cannot be read is told as such, and the log has the cause once", async () => {
    const { send, logs } = await start({ token: async () => Promise.reject(new Error("no such file")) });
    for (const _ of [1, 2]) {
      const got = await send({ headers: bearer(TOKEN) });
      expect(got).toMatchObject({
        status: 503,
        headers: { "retry-after": "5" },
        json: {
          error: {
            code: -32000,
            message: "Service unavailable: the server's tokens cannot be read; nothing was done",
          },
        },
      });
    }
    expect(logs).toMatchObject([{ level: 50, why: "no such file", msg: "the bearer tokens cannot be read" }]);
    expect(JSON.stringify(logs)).not.toContain("stack");
  });

  it.each([
    [async () => "x".repeat(16), undefined],
    [async () => `${"x".repeat(16)},\n${"y".repeat(16)}`, undefined],
    [async () => "x".repeat(15), SHORT],
    [async () => `${"x".repeat(16)},short`, SHORT],
    [async () => ",", SHORT],
    [async () => Promise.reject(new Error("It is gone.")), "It is gone."],
  ])("is checked before the start (%#)", async (secret, problem) => {
    expect(await createStaticTokens(secret, createRedactor()).check()).toBe(problem);
  });
});

describe("the body", () => {
  /** Sends a body without declaring its length. */
  const streamed = (bytes: number) =>
    Readable.from(Array.from({ length: bytes / 65_536 }, () => Buffer.alloc(65_536, " ")));

  it("that turns out too large is refused", async () => {
    const { send, mcp } = await start();
    const got = await send({ body: streamed(4 * MEBIBYTE + 65_536) });
    expect(got).toMatchObject({ status: 413, json: { jsonrpc: "2.0", id: null } });
    expect(mcp).not.toHaveBeenCalled();
  });

  it("of four mebibytes is accepted", async () => {
    const { send } = await start({
      mcp: async (_head, text) => Response.json({ length: text.length }),
    });
    expect((await send({ body: streamed(4 * MEBIBYTE) })).json).toEqual({ length: 4 * MEBIBYTE });
  });
});

it("an error in a handler is reported without its message", async () => {
  const { send, logs } = await start({ mcp: async () => Promise.reject(new Error("secret detail")) });
  const got = await send();
  expect(got.status).toBe(500);
  expect(got.text).not.toContain("secret detail");
  expect(logs).toMatchObject([{ level: 50, err: { message: "secret detail" } }]);
});

describe("MCP behind the front", () => {
  const wired = async () => {
    const registry = createFakeRegistry();
    return { registry, ...(await start({ mcp: createMcpFetch(registry), token: async () => TOKEN })) };
  };
  const rpc = (id: unknown, method: string, params: object = {}): Sent => ({
    headers: bearer(TOKEN),
    body: JSON.stringify({ jsonrpc: "2.0", id, method, params }),
  });

  it("opens, lists and calls, each in its own request", async () => {
    const { send, registry } = await wired();
    const hello = await send(
      rpc(0, "initialize", {
        protocolVersion: "2025-06-18",
        capabilities: {},
        clientInfo: { name: "tester", version: "1" },
      }),
    );
    expect(hello.json.result).toMatchObject({ protocolVersion: "2025-06-18", instructions: "Be careful." });
    expect(hello.headers).not.toHaveProperty("mcp-session-id");
    expect(hello.headers["content-type"]).toBe("application/json");
    expect((await send(rpc("l", "tools/list"))).json).toMatchObject({
      id: "l",
      result: { tools: registry.list() },
    });
    const called = await send(rpc(2, "tools/call", { name: "echo", arguments: { text: "é" } }));
    expect(called.json).toEqual({ jsonrpc: "2.0", id: 2, result: resultOf({ args: { text: "é" } }) });
    expect(registry.call).toHaveBeenCalledWith(
      "echo",
      { text: "é" },
      expect.objectContaining({ principal: "token-1" }),
    );
    expect(JSON.stringify(registry.call.mock.calls)).not.toContain(TOKEN);
  });

  it("accepts a notification without a response", async () => {
    const { send } = await wired();
    const body = JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" });
    expect(await send({ headers: bearer(TOKEN), body })).toMatchObject({ status: 202, text: "" });
  });

  it.each<[string, Sent, number, number]>([
    ["an unknown tool", rpc(1, "tools/call", { name: "nothing" }), 200, -32602],
    ["an unknown method", rpc(1, "no/such"), 200, -32601],
    ["no JSON", { headers: bearer(TOKEN), body: "{oops" }, 400, -32700],
    ["an empty body", { headers: bearer(TOKEN), body: "" }, 400, -32700],
    ["no message", { headers: bearer(TOKEN), body: '{"hello":1}' }, 400, -32600],
    ["a number", { headers: bearer(TOKEN), body: "1" }, 400, -32600],
    ["null", { headers: bearer(TOKEN), body: "null" }, 400, -32600],
    ["_meta that is no object", rpc(1, "tools/list", { _meta: 5 }), 400, -32600],
    ["another content type", { headers: { ...bearer(TOKEN), "content-type": "text/plain" } }, 415, -32000],
    [
      "an Accept without event streams",
      { headers: { ...bearer(TOKEN), accept: "application/json" } },
      406,
      -32000,
    ],
    [
      "an unknown revision",
      { headers: { ...bearer(TOKEN), "mcp-protocol-version": "1999-01-01" } },
      400,
      -32000,
    ],
  ])("responds with %s", async (_name, sent, status, code) => {
    const { send } = await wired();
    const got = await send(sent);
    expect(got).toMatchObject({ status, json: { error: { code } } });
    expect(got.json.error?.message).not.toMatch(/^MCP error/);
  });
});
