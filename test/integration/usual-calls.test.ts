import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import fc from "fast-check";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFront } from "../../src/http/front.ts";
import { createMcpFetch } from "../../src/mcp/http.ts";
import { eraOfUsualCall } from "../../src/mcp/usual-call.ts";
import type { ToolContext } from "../../src/tools/context.ts";
import type { ToolResult } from "../../src/tools/job.ts";
import type { Registry } from "../../src/tools/registry.ts";
import { PATIENCE_MS, RUNS } from "../faults/runs.ts";
import { modernHeaders, modernRequest } from "../fixture/wire.ts";
import { alterMessage, anyChange } from "../support/altered-message.ts";
import { bearerAuth } from "../support/bearer.ts";
import { createFakeRegistry, resultOf } from "../support/fake-registry.ts";
import { callOf, forever } from "../support/stdio-session.ts";
import { toResponse } from "../support/to-response.ts";
import { waitFor } from "../support/wait-for.ts";

/*
 * Usual calls of all HTTP callers share one server for each era (src/mcp/single-calls.ts). Whatever a caller sends, the response
 * must be byte for byte the one of a server of its own behind the SDK's transport.
 */

const TOKEN = "a-bearer-of-enough-length";
const logger = pino({ level: "silent" });

/** Reports what a tool is told about its caller, and does what the arguments say. */
async function act(args: unknown, context: ToolContext): Promise<ToolResult> {
  const { how } = (args ?? {}) as { how?: unknown };
  if (how === "throw") throw new Error("The tool broke.");
  if (how === "refuse") throw Object.assign(new Error("No."), { code: -32602, data: { why: "so" } });
  if (how === "need") throw Object.assign(new Error("A capability is missing."), { code: -32021 });
  if (how === "fail") return { content: [{ type: "text", text: "It failed." }], isError: true };
  const consent = how === "ask" ? await context.ask({ message: "May I?", binding: "it" }) : undefined;
  context.progress({ progress: 1 });
  const { principal, client, caller, visits } = context;
  const can = { visits: visits !== undefined, aborted: context.signal.aborted };
  return resultOf({ args: args ?? null, consent, principal, client, scopes: caller?.scopes, can });
}

const servers: Server[] = [];

async function listen(registry: Registry, isShared: boolean): Promise<number> {
  const auth = bearerAuth(async () => TOKEN, logger);
  const mcp = createMcpFetch(registry, { isShared, stateKey: async () => "k".repeat(64) });
  const server = createFront({ mcp, auth, logger });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

let shared: number;
let separate: number;
beforeAll(async () => {
  const registry = createFakeRegistry(act);
  [shared, separate] = [await listen(registry, true), await listen(registry, false)];
});
afterAll(() => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
});

type Headers = Readonly<Record<string, string>>;

const HEADERS: Headers = {
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};

function send(port: number, body: string, headers: Headers): Socket {
  const head = { host: "127.0.0.1", authorization: `Bearer ${TOKEN}`, ...headers, connection: "close" };
  const lines = Object.entries({ ...head, "content-length": Buffer.byteLength(body) });
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => undefined);
  socket.write(`POST /mcp HTTP/1.1\r\n${lines.map((line) => line.join(": ")).join("\r\n")}\r\n\r\n${body}`);
  return socket;
}

/** All bytes of the response but those that differ from one to the next. */
async function answerOf(port: number, body: string, headers: Headers): Promise<string> {
  const socket = send(port, body, headers);
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString("utf8");
    // After an event stream, the connection stays open whatever the request said.
    if (text.endsWith("\r\n0\r\n\r\n")) socket.destroy();
  });
  await once(socket, "close");
  return text.replace(/^Date: .*\r\n/m, "").replaceAll(/"requestState":"[^"]+"/g, '"requestState":"…"');
}

async function expectSame(body: string, headers: Headers): Promise<string> {
  const answer = await answerOf(shared, body, headers);
  expect(answer).toBe(await answerOf(separate, body, headers));
  return answer;
}

const isUsual = (body: string, headers: Headers) =>
  eraOfUsualCall(new Headers(headers), JSON.parse(body)) !== undefined;

const legacyOf = (args: unknown, more: object = {}) =>
  JSON.stringify({
    jsonrpc: "2.0",
    id: 7,
    method: "tools/call",
    params: { name: "echo", arguments: args, ...more },
  });
const modernOf = (args: unknown, capabilities: object = {}) =>
  modernRequest(7, "tools/call", { name: "echo", arguments: args }, { capabilities });
const ELICITATION = { elicitation: { form: {}, url: {} } };
const TASKS = { extensions: { "io.modelcontextprotocol/tasks": {} } };
const ARGS: readonly unknown[] = [
  {},
  { text: "é \u2028 😀 </script>" },
  { how: "throw" },
  { how: "refuse" },
  { how: "need" },
  { how: "fail" },
  { how: "ask" },
  [],
  null,
  "x",
  JSON.parse('{"__proto__":{"x":1}}'),
];

describe("a usual call", () => {
  it.each(ARGS.map((args) => [JSON.stringify(args), args]))("of 2025 with %s", async (_what, args) => {
    for (const revision of ["2025-11-25", "2025-06-18", "2025-03-26", "2024-11-05"]) {
      const headers = { ...HEADERS, "mcp-protocol-version": revision };
      expect(isUsual(legacyOf(args), headers)).toBe(true);
      await expectSame(legacyOf(args), headers);
    }
    expect(isUsual(legacyOf(args), HEADERS)).toBe(true);
    expect(await expectSame(legacyOf(args), HEADERS)).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
  });

  it.each(ARGS.map((args) => [JSON.stringify(args), args]))("of 2026 with %s", async (_what, args) => {
    for (const capabilities of [{}, ELICITATION, TASKS, { ...ELICITATION, ...TASKS }]) {
      const request = modernOf(args, capabilities);
      const headers = { ...HEADERS, ...modernHeaders(request) };
      expect(isUsual(JSON.stringify(request), headers)).toBe(true);
      await expectSame(JSON.stringify(request), headers);
    }
  });

  it.each([
    ["2025", legacyOf({}), {}],
    ["2026", JSON.stringify(modernOf({})), modernHeaders(modernOf({}))],
  ])("of %s is answered with the name of its caller", async (_era, body, more) => {
    const answer = await expectSame(body, { ...HEADERS, ...more });
    expect(answer).toContain('"principal":"token-1"');
    expect(answer).toContain('"id":7}');
  });
});

/** A call of 2026 that says something else about itself than usual. */
const modernWith = (meta: object, params: object = {}) => {
  const call = modernOf({});
  return JSON.stringify({
    ...call,
    params: { ...call.params, ...params, _meta: { ...call.params._meta, ...meta } },
  });
};

/** Almost usual: each differs in one thing that an SDK's transport looks at. */
const PROBES: readonly (readonly [string, string, Headers])[] = [
  ["an Accept of JSON only", legacyOf({}), { accept: "application/json" }],
  ["an Accept of all", legacyOf({}), { accept: "*/*" }],
  ["a charset", legacyOf({}), { "content-type": "application/json; charset=utf-8" }],
  ["another type", legacyOf({}), { "content-type": "application/jsonx" }],
  ["a revision that never was", legacyOf({}), { "mcp-protocol-version": "1999-01-01" }],
  ["two revisions", legacyOf({}), { "mcp-protocol-version": "2025-11-25, 2025-06-18" }],
  ["an empty revision", legacyOf({}), { "mcp-protocol-version": "" }],
  ["the new revision without its envelope", legacyOf({}), { "mcp-protocol-version": "2026-07-28" }],
  ["a progress token", legacyOf({}, { _meta: { progressToken: 1 } }), {}],
  ["empty _meta", legacyOf({}, { _meta: {} }), {}],
  ["_meta that is null", legacyOf({}, { _meta: null }), {}],
  ["a task", legacyOf({}, { task: { ttl: 1 } }), {}],
  ["an envelope without its header", JSON.stringify(modernOf({})), {}],
  ["a batch of one", `[${legacyOf({})}]`, {}],
  ["no params", '{"jsonrpc":"2.0","id":7,"method":"tools/call"}', {}],
  ["no id", '{"jsonrpc":"2.0","method":"tools/call","params":{"name":"echo"}}', {}],
  ["an id that is null", legacyOf({}).replace('"id":7', '"id":null'), {}],
  ["an id that is a fraction", legacyOf({}).replace('"id":7', '"id":7.5'), {}],
  ["an id that is huge", legacyOf({}).replace('"id":7', '"id":1e308'), {}],
  ["an id that is true", legacyOf({}).replace('"id":7', '"id":true'), {}],
  ["a result too", legacyOf({}).replace('"id":7', '"id":7,"result":{}'), {}],
  ["another version of JSON-RPC", legacyOf({}).replace('"2.0"', '"1.0"'), {}],
  ["a prototype", legacyOf({}).replace('"name"', '"__proto__":{"name":"x"},"name"'), {}],
  ["a list of tools", legacyOf({}).replace("tools/call", "tools/list"), {}],
  ...[
    ["a progress token", modernWith({ progressToken: 1 })],
    ["a trace", modernWith({ traceparent: "00-x" })],
    ["a log level", modernWith({ "io.modelcontextprotocol/logLevel": "debug" })],
    ["no client", modernWith({ "io.modelcontextprotocol/clientInfo": undefined })],
    ["no capabilities", modernWith({ "io.modelcontextprotocol/clientCapabilities": undefined })],
    ["an old revision", modernWith({ "io.modelcontextprotocol/protocolVersion": "2025-11-25" })],
    [
      "a capability nobody knows",
      modernWith({ "io.modelcontextprotocol/clientCapabilities": { flying: {} } }),
    ],
    ["a state", modernWith({}, { requestState: "forged" })],
    ["an answer", modernWith({}, { inputResponses: { consent: { action: "accept" } } })],
  ].map(([what, body = ""]) => [`2026: ${what}`, body, modernHeaders(modernOf({}))] as const),
  ...(
    [
      ["another method in the header", { "mcp-method": "tools/list" }],
      ["another name in the header", { "mcp-name": "whoami" }],
      ["an encoded name", { "mcp-name": `=?base64?${Buffer.from("echo").toString("base64")}?=` }],
      ["a name in capitals", { "mcp-name": "Echo" }],
      ["an old revision in the header", { "mcp-protocol-version": "2025-11-25" }],
      ["an unknown revision in the header", { "mcp-protocol-version": "2099-01-01" }],
    ] as const
  ).map(
    ([what, more]) =>
      [`2026: ${what}`, JSON.stringify(modernOf({})), { ...modernHeaders(modernOf({})), ...more }] as const,
  ),
];

it.each(PROBES)("an almost usual call goes to the SDK: %s", async (_what, body, headers) => {
  expect(isUsual(body, { ...HEADERS, ...headers })).toBe(false);
  await expectSame(body, { ...HEADERS, ...headers });
});

it.each(
  [
    ["an unknown tool", callOf(7, "drop_app")],
    ["a name of the prototype", callOf(7, "__proto__")],
    ["a name that is a number", callOf(7, 5 as unknown as string)],
    ["no name", { ...callOf(7), params: {} }],
    ["an empty id", callOf("")],
    ["an id of the prototype", callOf("__proto__")],
  ].map(([what, call]) => [what, JSON.stringify(call)] as const),
)("a usual call with %s", async (_what, body) => {
  expect(isUsual(body, HEADERS)).toBe(true);
  await expectSame(body, HEADERS);
});

it.each([
  ["two ids", legacyOf({}).replace('"id":7', '"id":7,"id":"8"')],
  ["an id that is negative zero", legacyOf({}).replace('"id":7', '"id":-0')],
])("a usual call with %s, in other JSON than usual", async (_what, body) => {
  expect(isUsual(body, HEADERS)).toBe(true);
  await expectSame(body, HEADERS);
});

const oneOf = (...values: (string | undefined)[]) => fc.constantFrom(...values);
const anyHeaders = fc.record({
  "content-type": oneOf(
    "application/json",
    "application/json",
    "application/json;charset=UTF-8",
    "text/plain",
  ),
  accept: oneOf(
    HEADERS.accept,
    HEADERS.accept,
    "text/event-stream, application/json;q=0.5",
    "*/*",
    undefined,
  ),
  "mcp-protocol-version": oneOf("2025-11-25", "2025-06-18", "2026-07-28", "2026-07-28", "x", "", undefined),
  "mcp-method": oneOf("tools/call", "tools/call", "tools/list", undefined),
  "mcp-name": oneOf("echo", "echo", "x", "=?base64?ZWNobw==?=", undefined),
});
const anyId = fc.constantFrom<unknown>(7, 7, 7, "a", "__proto__", "", -1, 0.5, 1e308, null, [], {});
const anyCall = fc
  .tuple(
    fc.oneof(
      fc.constantFrom(...ARGS).map((args) => JSON.parse(legacyOf(args)) as object),
      fc
        .tuple(fc.constantFrom(...ARGS), fc.constantFrom({}, ELICITATION, TASKS))
        .map((all) => modernOf(...all)),
    ),
    anyId,
    fc.array(anyChange, { maxLength: 2 }),
  )
  .map(([call, id, changes]) => changes.reduce<object>(alterMessage, { ...call, id }));

it(
  "any change to a call or its headers leaves the bytes of the response the same",
  async () => {
    let usual = 0;
    const property = fc.asyncProperty(anyCall, anyHeaders, async (call, chosen) => {
      const body = JSON.stringify(call);
      const headers = Object.fromEntries(
        Object.entries(chosen).filter((entry): entry is [string, string] => entry[1] !== undefined),
      );
      if (isUsual(body, headers)) usual += 1;
      await expectSame(body, headers);
    });
    await fc.assert(property, { numRuns: RUNS.inputs });
    expect(usual).toBeGreaterThan(0);
  },
  PATIENCE_MS,
);

describe.each([
  ["2025", (id: unknown, args: object) => callOf(id, "echo", args), () => ({})],
  ["2026", (id: unknown, args: object) => ({ ...modernOf(args), id }), () => modernHeaders(modernOf({}))],
])("calls at the same time (%s)", (_era, build, more) => {
  it("with one id each get their own answer, whatever the order in which they end", async () => {
    const ends: (() => void)[] = [];
    const mcp = createMcpFetch(
      createFakeRegistry(async (args, { principal }) => {
        await new Promise<void>((resolve) => ends.push(resolve));
        return resultOf({ args, principal });
      }),
    );
    const running = [0, 1, 2, 3].map(async (index) => {
      const head = new Request("http://127.0.0.1/mcp", {
        method: "POST",
        headers: { ...HEADERS, ...more() },
      });
      const caller = { name: `user:${index}`, scopes: [], mayCall: () => true, refuse: () => new Response() };
      const answer = await mcp(head, JSON.stringify(build("same", { index })), caller);
      return (await toResponse(answer).json()) as { id: unknown; result: { structuredContent: object } };
    });
    await waitFor(() => expect(ends).toHaveLength(4));
    for (const end of ends.reverse()) end();
    expect(
      (await Promise.all(running)).map(({ id, result }) => ({ id, ...result.structuredContent })),
    ).toEqual([0, 1, 2, 3].map((index) => ({ id: "same", args: { index }, principal: `user:${index}` })));
  });
});

it.each([
  ["2025", callOf(7), {}, 0],
  ["2026", modernOf({}), modernHeaders(modernOf({})), 1],
])("a caller who leaves ends a call of their own at most (%s)", async (_era, request, more, ended) => {
  const signals: AbortSignal[] = [];
  const registry = createFakeRegistry((_args, { signal }) => {
    signals.push(signal);
    return forever();
  });
  const port = await listen(registry, true);
  const [leaving] = [0, 1].map(() => send(port, JSON.stringify(request), { ...HEADERS, ...more }));
  await waitFor(() => expect(signals).toHaveLength(2));
  leaving?.destroy();
  const connected = () =>
    new Promise((resolve) => servers.at(-1)?.getConnections((_error, count) => resolve(count)));
  await waitFor(async () => expect(await connected()).toBe(1));
  expect(signals.filter(({ aborted }) => aborted)).toHaveLength(ended);
});
