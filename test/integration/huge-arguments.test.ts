import { afterEach, describe, expect, it } from "vitest";
import { killSpawned, listeningAt, spawnServer } from "../support/spawn.ts";

/* One request must not stop the others: the built server, with a small heap, gets the largest messages that it accepts. */

const SMALL_HEAP = { nodeArgs: ["--max-old-space-size=256"] };
const MEBIBYTE = 1024 * 1024;

const list = (item: string) => (bytes: number) => `[${`${item},`.repeat(bytes / (item.length + 1))}1]`;
const keys = (value: string) => (bytes: number) => {
  const count = Math.floor(bytes / (value.length + 12));
  return `{${Array.from({ length: count }, (_, index) => `"k${index}":${value}`).join()}}`;
};
const levels = (open: string, close: string) => (bytes: number) => {
  const depth = Math.floor(bytes / (open.length + close.length));
  return `${open.repeat(depth)}1${close.repeat(depth)}`;
};

/** Values as text, because building them here would take the memory that the server must not take. */
const SHAPES: readonly [string, (bytes: number) => string][] = [
  ["numbers", list("1")],
  ["empty maps", list("{}")],
  ["empty lists", list("[]")],
  ["texts", list('"jane@acme.example"')],
  ["maps of lists", list('{"a":[1],"b":"x"}')],
  ["keys", keys("1")],
  ["keys of maps", keys("{}")],
  ["levels of lists", levels("[", "]")],
  ["levels of maps", levels('{"a":', "}")],
  ["characters", (bytes) => `"${"x".repeat(bytes)}"`],
  ["escapes", (bytes) => `"${"\\u00e9".repeat(bytes / 6)}"`],
  ["characters of a key", (bytes) => `{"${"k".repeat(bytes)}":1}`],
];

/** The largest accepted message, and the largest that is still parsed. */
const SIZES: readonly number[] = [1, 0.04];

const PLACES: readonly [tool: string, field: string][] = [
  ["create_app", "owners"],
  ["create_app", "displayName"],
  ["create_app", "appEntitlementOwnerRefs"],
  ["create_connector", "config"],
  ["find_users", "thereIsNoSuchArgument"],
];

function callText(id: string, [tool, field]: readonly [string, string], value: string): string {
  return `{"jsonrpc":"2.0","id":"${id}","method":"tools/call","params":{"name":"${tool}","arguments":{"${field}":${value}}}}`;
}

afterEach(killSpawned);

describe.each(SIZES)("arguments at %d of the maximum size", (size) => {
  it("stdio: each is refused, and the next message is answered", async () => {
    const server = spawnServer(["stdio", "--sandbox"], {}, SMALL_HEAP);
    await server.initialize();
    for (const [index, [name, make]] of SHAPES.entries()) {
      const place = PLACES[index % PLACES.length] ?? ["", ""];
      const text = callText(`huge${index}`, place, make(size * 10 * MEBIBYTE - 300));
      server.send(`${text}\n`);
      expect(await server.request("ping"), name).toEqual(expect.objectContaining({ result: {} }));
      expect((await server.call("whoami", {})).isError, name).toBe(false);
      const line = server.stdout.find((candidate) => candidate.includes(`"id":"huge${index}"`)) ?? "";
      expect(line, name).toMatch(/\[invalid_arguments\]|more than 100000 values/);
      expect(line.length, name).toBeLessThan(2_000);
    }
    for (const line of server.stderr) expect(line.length).toBeLessThan(4_096);
    server.endInput();
    expect(await server.exit).toBe(0);
  }, 120_000);

  it("http: two concurrent ones are refused, and others are served", async () => {
    const env = { C1_MCP_RATE_LIMIT: "0" };
    const server = spawnServer(["http", "--sandbox", "--port", "0"], env, SMALL_HEAP);
    const url = await listeningAt(server);
    const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    const post = async (body: string) => {
      const response = await fetch(url, { method: "POST", headers, body });
      return { status: response.status, text: await response.text() };
    };
    const whoami = callText("w", ["whoami", "x"], "1").replace('"x":1', "");
    for (const [index, [name, make]] of SHAPES.entries()) {
      const place = PLACES[index % PLACES.length] ?? ["", ""];
      const body = callText("huge", place, make(size * 4 * MEBIBYTE - 300));
      const [behind, ...refused] = await Promise.all([
        post(whoami),
        ...Array.from({ length: 2 }, () => post(body)),
      ]);
      expect(behind?.text, name).toContain('"tenant"');
      for (const { text } of refused) {
        expect(text, name).toMatch(/\[invalid_arguments\]|more than 100000 values/);
        expect(text.length, name).toBeLessThan(2_000);
      }
    }
  }, 120_000);
});
