import fc from "fast-check";
import { ANY_CHARACTER } from "../support/any-character.ts";

const VERSION_KEY = "io.modelcontextprotocol/protocolVersion";

const METHODS = [
  "initialize",
  "notifications/initialized",
  "notifications/cancelled",
  "notifications/progress",
  "ping",
  "tools/list",
  "tools/call",
  "server/discover",
  "resources/list",
  "prompts/get",
  "completion/complete",
  "logging/setLevel",
  "sampling/createMessage",
  "elicitation/create",
  "rpc.discover",
  "",
  "__proto__",
];

const TOOLS = [
  "create_app",
  "create_connector",
  "add_connector_user_owner",
  "find_apps",
  "whoami",
  "toString",
  "",
];

const anyJson = fc.jsonValue({ maxDepth: 3, stringUnit: ANY_CHARACTER });

/** None of them can write: the name is none, or there is none. */
const anyToolArguments = fc.oneof(
  fc.constantFrom<unknown>(
    {},
    { displayName: "" },
    { displayName: "Fuzzed", dryRun: true },
    { query: "x" },
    null,
    [],
  ),
  fc.dictionary(fc.constantFrom("query", "limit", "appId", "__proto__"), anyJson, { maxKeys: 3 }),
);

const anyMeta = fc.oneof(
  fc.constantFrom<unknown>(
    { progressToken: 1 },
    { progressToken: {} },
    { [VERSION_KEY]: "2026-07-28" },
    {
      [VERSION_KEY]: "2026-07-28",
      "io.modelcontextprotocol/clientInfo": { name: "fuzz", version: "1" },
      "io.modelcontextprotocol/clientCapabilities": {},
    },
    { [VERSION_KEY]: "1999-01-01" },
    { [VERSION_KEY]: 7 },
  ),
  anyJson,
);

const anyParams = fc.oneof(
  anyJson,
  fc.record(
    {
      name: fc.oneof(fc.constantFrom<unknown>(...TOOLS), anyJson),
      arguments: anyToolArguments,
      protocolVersion: fc.constantFrom("2025-06-18", "2024-11-05", "2026-07-28", "x"),
      capabilities: fc.constantFrom<unknown>({}, { elicitation: {} }, null),
      clientInfo: fc.constantFrom<unknown>({ name: "fuzz", version: "1" }, null),
      requestId: fc.constantFrom<unknown>("f1", 1, null),
      requestState: fc.string({ maxLength: 30 }),
      inputResponses: anyJson,
      _meta: anyMeta,
    },
    { requiredKeys: [] },
  ),
);

/** Messages that are nearly right, or not at all. Ids begin with "f", or are none that JSON-RPC knows. */
export const anyMessage: fc.Arbitrary<unknown> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record(
      {
        jsonrpc: fc.constantFrom<unknown>("2.0", "2.0", "2.0", "2.0", "1.0", 2, null),
        id: fc.oneof(
          fc.integer({ min: 0, max: 1e6 }).map((number) => `f${number}`),
          fc.constantFrom<unknown>(null, 1.5, {}, [], true, -1e20),
        ),
        method: fc.oneof(
          { weight: 9, arbitrary: fc.constantFrom<unknown>(...METHODS) },
          { weight: 1, arbitrary: anyJson },
        ),
        params: anyParams,
      },
      { requiredKeys: ["jsonrpc"] },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.array(fc.constant({ jsonrpc: "2.0", id: "f1", method: "ping" }), { maxLength: 3 }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ jsonrpc: fc.constant("2.0"), id: fc.constantFrom("f1", 0), result: anyJson }),
  },
  { weight: 1, arbitrary: anyJson },
);

/** Whole lines: messages, messages cut short, and what is no text at all. */
export const anyLine: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 8, arbitrary: anyMessage.map((message) => Buffer.from(JSON.stringify(message))) },
  {
    weight: 1,
    arbitrary: anyMessage
      .map((message) => Buffer.from(JSON.stringify(message)))
      .map((bytes) => bytes.subarray(0, bytes.length >> 1)),
  },
  {
    weight: 1,
    arbitrary: fc
      .uint8Array({ maxLength: 200 })
      .map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 10))),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      Buffer.from("[".repeat(100_000)),
      Buffer.from("x".repeat(1_000_000)),
      Buffer.from("\ufeff{}"),
      Buffer.from(" \t "),
    ),
  },
);
