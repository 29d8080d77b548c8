import { once } from "node:events";
import { PassThrough } from "node:stream";
import fc from "fast-check";
import { pino } from "pino";
import { beforeAll, describe, expect, it } from "vitest";
import type { Message } from "../../src/mcp/pipe.ts";
import { createPrepared } from "../../src/mcp/prepared.ts";
import { serveStdio } from "../../src/mcp/stdio.ts";
import type { Registry } from "../../src/tools/registry.ts";
import { PATIENCE_MS, RUNS } from "../faults/runs.ts";
import { modernRequest } from "../fixture/wire.ts";
import { alterMessage, anyChange } from "../support/altered-message.ts";
import { createFakeRegistry, resultOf } from "../support/fake-registry.ts";
import { callOf, HELLO } from "../support/stdio-session.ts";

/*
 * The first responses are prepared (src/mcp/prepared.ts). Whatever a client sends, they must be byte for byte those of the SDKs,
 * and the SDKs must afterwards be in the same state as without them. Only the order of responses may differ: prepared ones come
 * sooner.
 */

const CLIENT_INFO = { name: "tester", version: "1.2" };
const INITIALIZE = (params: object = {}) => ({
  ...HELLO,
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: CLIENT_INFO, ...params },
});
const INITIALIZED = { jsonrpc: "2.0", method: "notifications/initialized" };
const request = (id: number, method: string, params?: object) => ({
  jsonrpc: "2.0",
  id,
  method,
  ...(params && { params }),
});
const modern = (id: number, method: string, changes: object = {}) => {
  const { params, ...rest } = modernRequest(id, method);
  return { ...rest, params: { ...params, _meta: { ...params._meta, ...changes } } };
};

/** Less than a test may take. */
const GIVE_UP_MS = 45_000;

/** Reports what the SDK knows about the client, and asks a person. */
function createCurious(): Registry {
  return createFakeRegistry(async (_args, context) => {
    const consent = await context.ask({ message: "May I?", binding: "it" });
    return resultOf({ consent, client: context.client });
  });
}

/**
 * All output of a session for these lines, sorted.
 * @param isPatient sends each line when the output for the previous one has ended, as clients do; otherwise all at once.
 */
async function answersTo(
  lines: readonly string[],
  isPrepared: boolean,
  isPatient: boolean,
): Promise<string[]> {
  const input = new PassThrough();
  const output = new PassThrough();
  let text = "";
  let answers = 0;
  output.on("data", (chunk: Buffer) => {
    text += chunk.toString();
    for (const line of chunk.toString().split("\n").filter(Boolean)) {
      // Every question is answered with no.
      const { id, method } = JSON.parse(line) as { id?: number; method?: string };
      if (method === undefined) answers += 1;
      const refusal = { jsonrpc: "2.0", id, result: { action: "decline" } };
      if (method === "elicitation/create") input.write(`${JSON.stringify(refusal)}\n`);
    }
  });
  const logger = pino({ level: "silent" });
  const stop = new AbortController().signal;
  const patience = AbortSignal.timeout(GIVE_UP_MS);
  const done = serveStdio({ registry: createCurious(), input, output, stop, logger, isPrepared });
  // Every message with an id gets a response; modules that are loaded on first use may take a while.
  const settle = async (sent: readonly string[]) => {
    const due = sent.filter((line) => "id" in (JSON.parse(line) as object)).length;
    // Not polled for: thousands of waits of some milliseconds each took longer than the sessions.
    while (answers < due) await once(output, "data", { signal: patience });
    for (let turn = 0, before = text; turn < 20; turn = before === text ? turn + 1 : 0) {
      before = text;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  for (const [index, line] of lines.entries()) {
    input.write(`${line}\n`);
    if (isPatient) await settle(lines.slice(0, index + 1));
  }
  await settle(lines);
  input.end();
  await done;
  // Signed with a key of the session, and so the only part that may differ.
  return text
    .replaceAll(/"requestState":"[^"]+"/g, '"requestState":"…"')
    .split("\n")
    .filter(Boolean)
    .sort();
}

async function expectSame(messages: readonly object[], isPatient: boolean): Promise<string[]> {
  const lines = messages.map((message) => JSON.stringify(message));
  const prepared = await answersTo(lines, true, isPatient);
  expect(prepared).toEqual(await answersTo(lines, false, isPatient));
  return prepared;
}

const CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
const TASKS = "io.modelcontextprotocol/tasks";
const DECLARED = { [CAPABILITIES]: { elicitation: { form: {}, url: {} }, extensions: { [TASKS]: {} } } };

const CALLS = [callOf(90), { ...modernRequest(91, "tools/call", { name: "echo", arguments: {} }) }];

// Loads both SDKs before anything is timed by turns of the event loop.
beforeAll(async () => {
  await answersTo(
    CALLS.map((call) => JSON.stringify(call)),
    false,
    false,
  );
});

describe("a typical session", () => {
  it.each<[string, readonly object[]]>([
    ["of 2025", [INITIALIZE(), INITIALIZED, request(1, "tools/list"), request(2, "ping")]],
    ["of 2024", [INITIALIZE({ protocolVersion: "2024-11-05" }), INITIALIZED, request(1, "tools/list", {})]],
    ["of 2025 whose client shows forms", [INITIALIZE({ capabilities: { elicitation: {} } }), INITIALIZED]],
    ["of 2025 that lists twice", [INITIALIZE(), request(1, "tools/list"), request(2, "tools/list")]],
    ["of 2025 without an opening", [request(1, "tools/list"), request(2, "ping")]],
    ["of 2026", [modern(1, "server/discover"), modern(2, "tools/list")]],
    [
      "of 2026 whose client declares tasks",
      [modern(1, "server/discover", DECLARED), modern(2, "tools/list", DECLARED)],
    ],
    ["of 2026 that lists first", [modern(1, "tools/list"), modern(2, "server/discover")]],
    [
      "of both",
      [modern(1, "server/discover"), INITIALIZE(), INITIALIZED, modern(2, "tools/list"), request(3, "ping")],
    ],
  ])("%s gets the same answers, before a call and after it", async (_what, messages) => {
    const lines = [
      ...messages,
      ...CALLS,
      request(95, "tools/list"),
      modern(96, "tools/list"),
      request(97, "ping"),
    ];
    for (const isPatient of [false, true]) {
      const answers = await expectSame(lines, isPatient);
      expect(answers.length).toBeGreaterThanOrEqual(lines.length - 1);
    }
  });
});

it("a client that declares tasks is served without an SDK, and told that they are offered", () => {
  const prepared = createPrepared("v2", createCurious());
  const answer = prepared.take(modern(1, "server/discover", DECLARED) as Message);
  expect(answer?.result).toMatchObject({ capabilities: { extensions: { [TASKS]: {} } } });
  expect(prepared.take(modern(2, "tools/list", DECLARED) as Message)?.result).toBeDefined();
});

/** Messages that almost have the usual form: with a key too many or too few, another type, another spelling. */
const PROBES: Readonly<Record<string, object>> = {
  "initialize without params": request(1, "initialize"),
  "initialize with empty params": request(1, "initialize", {}),
  "initialize without a client": request(1, "initialize", {
    protocolVersion: "2025-11-25",
    capabilities: {},
  }),
  "initialize of a revision of our own": INITIALIZE({ protocolVersion: "2030-01-01" }),
  "initialize of the new revision": INITIALIZE({ protocolVersion: "2026-07-28" }),
  "initialize of no revision": INITIALIZE({ protocolVersion: 20251125 }),
  "initialize of a revision in a list": INITIALIZE({ protocolVersion: ["2025-11-25"] }),
  "capabilities that are a list": INITIALIZE({ capabilities: [] }),
  "capabilities that are null": INITIALIZE({ capabilities: null }),
  "roots that are a list": INITIALIZE({ capabilities: { roots: [] } }),
  "roots with a text": INITIALIZE({ capabilities: { roots: { listChanged: "yes" } } }),
  "elicitation that is true": INITIALIZE({ capabilities: { elicitation: true } }),
  "elicitation that is null": INITIALIZE({ capabilities: { elicitation: null } }),
  "elicitation with a form that is false": INITIALIZE({ capabilities: { elicitation: { form: false } } }),
  "elicitation with links": INITIALIZE({ capabilities: { elicitation: { form: {}, url: {} } } }),
  "sampling with tools": INITIALIZE({ capabilities: { sampling: { tools: {} } } }),
  "sampling that is true": INITIALIZE({ capabilities: { sampling: true } }),
  "a capability of the client's own": INITIALIZE({ capabilities: { experimental: { x: 1 } } }),
  "a capability that nobody knows": INITIALIZE({ capabilities: { flying: {} } }),
  tasks: INITIALIZE({ capabilities: { tasks: { list: {} } } }),
  "tasks as an extension": INITIALIZE({ capabilities: { extensions: { [TASKS]: {} } } }),
  "extensions that are a list": INITIALIZE({ capabilities: { extensions: [] } }),
  "tasks of 2026 that hold something": modern(1, "tools/list", {
    [CAPABILITIES]: { extensions: { [TASKS]: { x: 1 } } },
  }),
  "tasks of 2026 that are true": modern(1, "tools/list", {
    [CAPABILITIES]: { extensions: { [TASKS]: true } },
  }),
  "an extension of 2026 that nobody knows": modern(1, "server/discover", {
    [CAPABILITIES]: { extensions: { "com.example/x": {} } },
  }),
  "a client without a version": INITIALIZE({ clientInfo: { name: "x" } }),
  "a client whose name is a number": INITIALIZE({ clientInfo: { name: 1, version: "1" } }),
  "a client that is null": INITIALIZE({ clientInfo: null }),
  "a client with a title": INITIALIZE({ clientInfo: { ...CLIENT_INFO, title: "T", description: "D" } }),
  "a client with a title that is none": INITIALIZE({ clientInfo: { ...CLIENT_INFO, title: 1 } }),
  "a client with an address": INITIALIZE({ clientInfo: { ...CLIENT_INFO, websiteUrl: "no address" } }),
  "a client with an address that is none": INITIALIZE({ clientInfo: { ...CLIENT_INFO, websiteUrl: 5 } }),
  "a client of 2026 with an address": modern(1, "tools/list", {
    "io.modelcontextprotocol/clientInfo": {
      ...CLIENT_INFO,
      title: "T",
      websiteUrl: "no address",
      description: "",
    },
  }),
  "a client with icons": INITIALIZE({ clientInfo: { ...CLIENT_INFO, icons: [{ src: "data:," }] } }),
  "a client with bad icons": INITIALIZE({ clientInfo: { ...CLIENT_INFO, icons: "none" } }),
  "initialize with _meta": INITIALIZE({ _meta: { progressToken: 1 } }),
  "initialize with a task": INITIALIZE({ task: { ttl: 1 } }),
  "initialize with a prototype": JSON.parse(
    '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"__proto__":{},"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"x","version":"1"}}}',
  ) as object,
  "initialize without an id": { jsonrpc: "2.0", method: "initialize", params: INITIALIZE().params },
  "initialized with an id": request(1, "notifications/initialized"),
  "initialized with params": { ...INITIALIZED, params: { x: 1 } },
  "initialized before an opening": INITIALIZED,
  "a list with a cursor": request(1, "tools/list", { cursor: "x" }),
  "a list with a cursor that is none": request(1, "tools/list", { cursor: 1 }),
  "a list with a progress token": request(1, "tools/list", { _meta: { progressToken: "t" } }),
  "a list with empty _meta": request(1, "tools/list", { _meta: {} }),
  "a list with a task": request(1, "tools/list", { task: {} }),
  "a list without an id": { jsonrpc: "2.0", method: "tools/list" },
  "a ping with something": request(1, "ping", { x: 1 }),
  "a ping of the new revision": modern(1, "ping"),
  "a method in capitals": request(1, "Tools/list"),
  "a method of the prototype": request(1, "constructor"),
  "discover without _meta": request(1, "server/discover"),
  "discover of another revision": modern(1, "server/discover", {
    "io.modelcontextprotocol/protocolVersion": "2026-07-29",
  }),
  "discover without capabilities": modern(1, "server/discover", {
    "io.modelcontextprotocol/clientCapabilities": undefined,
  }),
  "discover without a client": modern(1, "server/discover", {
    "io.modelcontextprotocol/clientInfo": undefined,
  }),
  "discover of a client without a name": modern(1, "server/discover", {
    "io.modelcontextprotocol/clientInfo": { version: "1" },
  }),
  "discover with capabilities that are a list": modern(1, "server/discover", {
    "io.modelcontextprotocol/clientCapabilities": [],
  }),
  "discover with a log level": modern(1, "server/discover", { "io.modelcontextprotocol/logLevel": "debug" }),
  "discover with a trace": modern(1, "server/discover", { traceparent: "00-x" }),
  "discover with a progress token": modern(1, "server/discover", { progressToken: 5 }),
  "discover with params": { ...modern(1, "server/discover"), params: { ...modern(1, "x").params, x: 1 } },
  "a list of 2026 with a cursor": {
    ...modern(1, "tools/list"),
    params: { ...modern(1, "x").params, cursor: "c" },
  },
  "a list of 2026 without an id": { ...modern(1, "tools/list"), id: undefined },
  "an initialize of 2026": modern(1, "initialize", {}),
  "the notification of 2026": { ...modern(1, "notifications/initialized"), id: undefined },
};

describe("an almost typical message", () => {
  it.each(Object.entries(PROBES))("%s: alone, in a session, and before one", async (_what, probe) => {
    const opening = [{ ...INITIALIZE(), id: 50 }, INITIALIZED, modern(51, "server/discover")];
    const rest = [request(60, "tools/list"), modern(61, "tools/list"), ...CALLS];
    for (const messages of [[probe], [...opening, probe, ...rest], [probe, ...opening, ...rest]]) {
      await expectSame(messages, false);
      await expectSame(messages, true);
    }
  });
});

const USUAL = [
  INITIALIZE(),
  INITIALIZE({ protocolVersion: "2024-11-05", capabilities: { elicitation: { form: {} }, roots: {} } }),
  INITIALIZED,
  request(1, "tools/list"),
  request(1, "tools/list", {}),
  request(1, "ping"),
  modern(1, "server/discover"),
  modern(1, "tools/list"),
  callOf(1),
  modernRequest(1, "tools/call", { name: "echo", arguments: {} }),
];

const anyMessage = fc
  .tuple(
    fc.constantFrom<object>(...USUAL),
    fc.oneof({ weight: 2, arbitrary: fc.constant([]) }, fc.array(anyChange, { minLength: 1, maxLength: 2 })),
  )
  .map(([message, changes]) => changes.reduce<object>(alterMessage, message));

it(
  "any session, typical or not, gets the same answers",
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyMessage, { minLength: 1, maxLength: 7 }), async (messages) => {
        const session = messages.map((message, index) =>
          "id" in message ? { ...message, id: index + 1 } : message,
        );
        await expectSame(session, true);
      }),
      { numRuns: RUNS.inputs / 2 },
    );
  },
  PATIENCE_MS,
);
