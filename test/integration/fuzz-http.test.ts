import { once } from "node:events";
import type { Server } from "node:http";
import { type AddressInfo, connect } from "node:net";
import fc from "fast-check";
import { pino } from "pino";
import { afterAll, beforeAll, expect, it } from "vitest";
import { createFront } from "../../src/http/front.ts";
import { createMcpFetch } from "../../src/mcp/http.ts";
import { anyMessage } from "../faults/lines.ts";
import { PATIENCE_MS, RUNS } from "../faults/runs.ts";
import { bearerAuth } from "../support/bearer.ts";
import { createRig, type Rig } from "../support/rig.ts";

const TOKEN = "a-bearer-of-enough-length";
/** Longer than any of these requests takes. */
const MAX_MS = 10_000;

let rig: Rig;
let server: Server;
let port: number;
const errors: string[] = [];

beforeAll(async () => {
  rig = await createRig();
  const logger = pino({ level: "error" }, { write: (line: string) => void errors.push(line) });
  const auth = bearerAuth(async () => TOKEN, logger);
  server = createFront({ mcp: createMcpFetch(rig.registry), auth, logger });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  port = (server.address() as AddressInfo).port;
});
afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rig.close();
});

const headerText = fc
  .string({ unit: "binary-ascii", maxLength: 60 })
  .map((text) => text.replace(/[^\x20-\x7e]/g, "?"));

const GOOD_HEADERS = {
  authorization: `Bearer ${TOKEN}`,
  "content-type": "application/json",
  accept: "application/json, text/event-stream",
};

const spoiltHeaders = fc.record(
  {
    authorization: fc.oneof(
      { weight: 8, arbitrary: fc.constant(`Bearer ${TOKEN}`) },
      { weight: 1, arbitrary: headerText },
    ),
    "content-type": fc.oneof(
      { weight: 6, arbitrary: fc.constant("application/json") },
      { weight: 1, arbitrary: headerText },
    ),
    accept: fc.oneof(
      { weight: 6, arbitrary: fc.constant("application/json, text/event-stream") },
      { weight: 1, arbitrary: headerText },
    ),
    "mcp-protocol-version": fc.constantFrom("2025-06-18", "2026-07-28", "x", ""),
    "mcp-method": fc.constantFrom("tools/call", "tools/list", "x"),
    "mcp-name": fc.constantFrom("whoami", "create_app", "x"),
    "mcp-session-id": headerText,
    "last-event-id": headerText,
    origin: fc.constantFrom("http://localhost", "http://evil.example", "null"),
    host: fc.constantFrom("127.0.0.1", "localhost:1", "evil.example", ""),
  },
  { requiredKeys: ["authorization", "content-type", "accept"] },
);

const anyHeaders = fc.oneof({ weight: 5, arbitrary: fc.constant(GOOD_HEADERS) }, spoiltHeaders);

const anyBody = fc.oneof(
  { weight: 8, arbitrary: anyMessage.map((message) => Buffer.from(JSON.stringify(message))) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)) },
  { weight: 1, arbitrary: fc.constantFrom(Buffer.alloc(0), Buffer.from("[".repeat(50_000))) },
);

const anyRequest = fc.record({
  method: fc.oneof(
    { weight: 8, arbitrary: fc.constant("POST") },
    { weight: 1, arbitrary: fc.constantFrom("GET", "DELETE", "PUT", "OPTIONS", "PATCH", "HEAD") },
  ),
  path: fc.oneof(
    { weight: 8, arbitrary: fc.constant("/mcp") },
    {
      weight: 1,
      arbitrary: fc.constantFrom("/", "/mcp/", "/mcp?x=1", "/../mcp", "/%2e%2e/mcp", "//mcp", "/mcp%00"),
    },
  ),
  headers: anyHeaders,
  body: anyBody,
  /** Declares a length that differs from the body's. */
  lies: fc.constantFrom(0, 0, 0, 0, 0, 0, -1, 1),
});

type AnyRequest = typeof anyRequest extends fc.Arbitrary<infer T> ? T : never;

/** Sends the bytes of a request. Returns the status line of the response, or "" if the connection ended without one. */
function send({ method, path, headers, body, lies }: AnyRequest): Promise<string> {
  const length = Math.max(0, body.length + lies);
  const head = { host: `127.0.0.1:${port}`, ...headers, "content-length": length, connection: "close" };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1");
    const giveUp = setTimeout(() => {
      socket.destroy();
      reject(new Error("no answer"));
    }, MAX_MS);
    let text = "";
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString("latin1");
      // After an event stream, the connection stays open whatever the request said.
      if (text.endsWith("\r\n0\r\n\r\n")) socket.destroy();
    });
    socket.on("error", () => undefined);
    socket.on("close", () => {
      clearTimeout(giveUp);
      resolve(text.split("\r\n", 1)[0] ?? "");
    });
    socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`);
    socket.write(body);
    // A request that waits for its last byte must notice that its client has gone.
    if (lies > 0) socket.end();
  });
}

it(
  "random requests: each gets a response, none causes a server error, and nothing is written",
  async () => {
    const statuses = new Map<string, number>();
    const property = fc.asyncProperty(anyRequest, async (request) => {
      const line = await send(request);
      const status = line.split(" ")[1] ?? "none";
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
      expect(line).toMatch(/^(HTTP\/1\.1 [24]\d\d |$)/);
      if (request.lies <= 0) expect(line).not.toBe("");
      rig.logs.length = 0;
    });
    await fc.assert(property, { numRuns: RUNS.inputs });
    // Otherwise all of them would have been refused before any work.
    expect(statuses.get("200")).toBeGreaterThan(0);
    expect(errors).toEqual([]);
    expect(rig.writes()).toEqual([]);
  },
  PATIENCE_MS,
);

it("bytes that are not HTTP", async () => {
  const property = fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 500 }), async (bytes) => {
    const socket = connect(port, "127.0.0.1");
    socket.on("error", () => undefined);
    socket.end(Buffer.from(bytes));
    socket.resume();
    await once(socket, "close");
  });
  await fc.assert(property, { numRuns: 200 });
  expect(server.listening).toBe(true);
  expect(errors).toEqual([]);
});
