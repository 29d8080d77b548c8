import { once } from "node:events";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Logger, pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createFront } from "../../../src/http/front.ts";
import type { Addressing } from "../../../src/http/hosts.ts";
import { createRefusedNames } from "../../../src/http/refused-names.ts";
import { rawPost, sendRaw, statusOf } from "../../support/raw-http.ts";

let server: Server | undefined;
afterEach(() => server?.close());

const LOOPBACK: Addressing = { hosts: [], origins: [], loopback: true };
const OPEN: Addressing = {
  hosts: ["mcp.acme.example", "only.acme.example:8443", "[2001:db8::1]"],
  origins: ["https://console.acme.example", "http://inside.acme.example:8080"],
  loopback: false,
};

/** The status of a request with this head, and whether it reached the protocol. */
async function ask(
  addressing: Addressing,
  head: string,
  logger = pino({ level: "silent" }),
): Promise<[number, boolean]> {
  const mcp = vi.fn(async () => Response.json({ ok: true }));
  server = createFront({ mcp, addressing, logger });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const answer = await sendRaw((server.address() as AddressInfo).port, head);
  return [statusOf(answer), mcp.mock.calls.length > 0];
}

const LET_IN: [number, boolean] = [200, true];
const FORBIDDEN: [number, boolean] = [403, false];

describe("the Host header on loopback", () => {
  it.each([
    "127.0.0.1",
    "127.0.0.1:8321",
    "127.0.0.1:1",
    "127.1.2.3",
    "localhost",
    "LOCALHOST:8321",
    "LocalHost",
    "[::1]",
    "[::1]:8321",
    "[0:0:0:0:0:0:0:1]:8321",
    "[0000::1]",
  ])("%s is accepted", async (host) => {
    expect(await ask(LOOPBACK, rawPost("/mcp", [`Host: ${host}`]))).toEqual(LET_IN);
  });

  it.each([
    "evil.example",
    "evil.example:8321",
    "EVIL.example",
    "localhost.evil.example",
    "127.0.0.1.evil.example",
    "evil.example.",
    "localhost.",
    "localhost@evil.example",
    "evil.example@localhost",
    "localhost:8321@evil.example",
    "localhost, evil.example",
    "localhost/evil",
    "localhost:port",
    "localhost:",
    "localhost:999999",
    "[::1",
    "::1",
    "[::ffff:10.0.0.1]",
    "[::2]",
    "0.0.0.0",
    "10.0.0.1",
    "127.0.0.1.",
    "0x7f000001",
    "2130706433",
    "lоcalhost",
    "*",
    "",
  ])("%j is refused", async (host) => {
    expect(await ask(LOOPBACK, rawPost("/mcp", [`Host: ${host}`]))).toEqual(FORBIDDEN);
  });

  it("a missing one is refused, in both versions of HTTP", async () => {
    expect(await ask(LOOPBACK, rawPost("/mcp", []))).toEqual([400, false]);
    expect(await ask(LOOPBACK, rawPost("/mcp", [], "{}", "1.0"))).toEqual(FORBIDDEN);
  });

  it.each([
    [["Host: localhost", "Host: evil.example"]],
    [["Host: evil.example", "HOST: localhost"]],
    [["Host: localhost", "Authorization: Bearer one", "authorization: Bearer two"]],
  ])("two of one kind are refused, because proxies differ on which one counts (%j)", async (headers) => {
    expect(await ask(LOOPBACK, rawPost("/mcp", headers))).toEqual([400, false]);
  });
});

describe("the Host header on a network", () => {
  it.each([
    "mcp.acme.example",
    "MCP.Acme.Example:443",
    "only.acme.example:8443",
    "[2001:DB8:0::1]:80",
  ])("%s is accepted", async (host) =>
    expect(await ask(OPEN, rawPost("/mcp", [`Host: ${host}`]))).toEqual(LET_IN));

  it.each([
    "localhost",
    "127.0.0.1:8321",
    "acme.example",
    "x.mcp.acme.example",
    "only.acme.example",
    "only.acme.example:8444",
    "[2001:db8::2]",
  ])("%s is refused", async (host) =>
    expect(await ask(OPEN, rawPost("/mcp", [`Host: ${host}`]))).toEqual(FORBIDDEN));
});

describe("a request with an absolute URL", () => {
  it.each<[string, string, [number, boolean]]>([
    ["http://localhost:8321/mcp", "localhost:8321", LET_IN],
    ["HTTP://LOCALHOST/mcp?x=1", "localhost", LET_IN],
    ["http://[::1]/mcp", "localhost", LET_IN],
    // The host in the target counts, not the Host header.
    ["http://localhost/mcp", "evil.example", LET_IN],
    ["http://evil.example/mcp", "localhost", FORBIDDEN],
    ["https://evil.example/mcp", "localhost", FORBIDDEN],
    ["http://localhost@evil.example/mcp", "localhost", FORBIDDEN],
    ["http:///mcp", "localhost", FORBIDDEN],
    ["http://localhost/x/../mcp", "localhost", [404, false]],
    ["http://localhost", "localhost", [404, false]],
    ["http://localhost?/mcp", "localhost", [404, false]],
    ["ftp://localhost/mcp", "localhost", [404, false]],
    ["//evil.example/mcp", "localhost", [404, false]],
    ["*", "localhost", [404, false]],
  ])("%s with Host %s", async (target, host, expected) => {
    const [status, through] = await ask(LOOPBACK, rawPost(target, [`Host: ${host}`]));
    // Node's parser refuses some of these before we see them.
    expect([status === 400 ? expected[0] : status, through]).toEqual(expected);
  });
});

describe("the Origin header", () => {
  const from = (origin: string, host: string) => rawPost("/mcp", [`Host: ${host}`, `Origin: ${origin}`]);

  it.each([
    "http://localhost:5173",
    "https://LOCALHOST",
    "http://127.0.0.1",
    "http://[::1]:3000",
  ])("%s is accepted on loopback", async (origin) =>
    expect(await ask(LOOPBACK, from(origin, "localhost"))).toEqual(LET_IN));

  it.each([
    "null",
    "",
    "https://evil.example",
    "http://localhost.evil.example",
    "http://localhost@evil.example",
    "http://evil.example@localhost",
    "http://localhost/",
    "http://localhost/path",
    "localhost",
    "file://localhost",
    "chrome-extension://localhost",
    "http://localhost, http://evil.example",
    "http://localhost http://evil.example",
  ])("%j is refused on loopback", async (origin) => {
    expect(await ask(LOOPBACK, from(origin, "localhost"))).toEqual(FORBIDDEN);
  });

  it.each([
    "https://console.acme.example",
    "HTTPS://Console.Acme.Example:443",
    "http://inside.acme.example:8080",
  ])("%s is accepted if it is allowed", async (origin) =>
    expect(await ask(OPEN, from(origin, "mcp.acme.example"))).toEqual(LET_IN));

  it.each([
    "http://console.acme.example",
    "https://console.acme.example:8443",
    "http://inside.acme.example",
    "https://mcp.acme.example",
    "http://localhost",
    "null",
  ])("%s is refused if it is not allowed", async (origin) => {
    expect(await ask(OPEN, from(origin, "mcp.acme.example"))).toEqual(FORBIDDEN);
  });

  it("two of them are refused", async () => {
    const twice = ["Host: localhost", "Origin: http://localhost", "Origin: http://evil.example"];
    expect(await ask(LOOPBACK, rawPost("/mcp", twice))).toEqual(FORBIDDEN);
  });
});

describe("the log", () => {
  let lines: Record<string, unknown>[];
  let logger: Logger;
  beforeEach(() => {
    lines = [];
    logger = pino({ base: null, timestamp: false }, { write: (line) => void lines.push(JSON.parse(line)) });
  });

  it("names a refused Host and its setting", async () => {
    await ask(OPEN, rawPost("/mcp", ["Host: other.acme.example"]), logger);
    const setting = "C1_MCP_ALLOWED_HOSTS";
    const msg = `a request was refused: ${setting} does not name its Host`;
    expect(lines).toEqual([{ level: 40, host: "other.acme.example", setting, msg }]);
  });

  it("names a refused Origin and its setting", async () => {
    const head = rawPost("/mcp", ["Host: mcp.acme.example", "Origin: https://other.acme.example"]);
    await ask(OPEN, head, logger);
    const setting = "C1_MCP_ALLOWED_ORIGINS";
    const msg = `a request was refused: ${setting} does not name its Origin`;
    expect(lines).toEqual([{ level: 40, origin: "https://other.acme.example", setting, msg }]);
  });

  it("is silent about a request that is accepted", async () => {
    await ask(OPEN, rawPost("/mcp", ["Host: mcp.acme.example"]), logger);
    expect(lines).toEqual([]);
  });

  it("has each name once an hour, cleaned and shortened, and at most 20", () => {
    let now = 0;
    const report = createRefusedNames(logger, () => now);
    report("Host", `\u001b[31m${"a".repeat(5_000)}`);
    expect(lines[0]?.host).toBe(`${"a".repeat(99)}…`);
    for (let index = 0; index < 100; index += 1) {
      report("Host", "same.example");
      report("Origin", `https://${index}.example`);
    }
    expect(lines.length).toBe(20);
    expect(lines.filter(({ host }) => host === "same.example").length).toBe(1);
    expect(lines.at(-1)?.msg).toMatch(/; further ones are not logged for an hour$/);
    expect(lines.at(-2)?.msg).not.toMatch(/an hour/);
    now = 3_600_000;
    report("Host", "same.example");
    expect(lines.length).toBe(21);
  });
});
