import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { TOOL_NAMES } from "../../src/config/tool-names.ts";
import { ROOT } from "../support/sources.ts";
import { killSpawned, listeningAt, type Spawned, spawnServer } from "../support/spawn.ts";
import { until } from "../support/until.ts";

/*
 * Bounds for a quick start and a small installation, in numbers that do not depend on the machine. A limit may be raised on
 * purpose, with the reason in the commit; `npm run bench` measures the cost in milliseconds.
 */

afterEach(killSpawned);

const DIST = join(ROOT, "dist");
const RECORDER = pathToFileURL(join(ROOT, "test", "support", "recorder.mjs")).href;
const CREDENTIAL = {
  CONDUCTORONE_CLIENT_ID: "clever-otter-12345@acme.conductor.one/spc",
  CONDUCTORONE_CLIENT_SECRET: "never-used-secret",
};

/** Text that occurs only in the authorization server for assertions. */
const GRANTS = "grant-profile:id-jag";

/** Texts that occur only in undici, ajv, jose, pino, the connector table, the sandbox, and the exchange of assertions. */
const MARKS = [
  "UND_ERR_CONNECT_TIMEOUT",
  "application/x-protobuf",
  "strictTypes",
  "ERR_JWKS_TIMEOUT",
  "must be included in custom levels",
  "okta_v2",
  "sam.lee",
  GRANTS,
];

const recorded = (line: string) => String(JSON.parse(line).recorded);

/** The events up to a response, with ids from 1: afterwards a server loads code for the first call while its client is silent. */
async function upToAnswer(count: number, { stderr }: Spawned): Promise<string[]> {
  const places = () => stderr.flatMap((line, index) => (recorded(line) === "answer" ? [index] : []));
  await until("the answers", () => places().length >= count);
  return stderr.slice(0, places()[count - 1]);
}

/** The files of dist/ that a process has loaded, without duplicates. */
function filesRead(stderr: readonly string[]): Set<string> {
  const paths = stderr.flatMap((line) => /^load (.*)$/.exec(recorded(line))?.[1] ?? []);
  const local = paths.map((path) => (path.startsWith("file:") ? fileURLToPath(path) : path));
  return new Set(local.filter((path) => path.startsWith(DIST)));
}

describe("from start to tools/list", () => {
  const meta = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
    "io.modelcontextprotocol/clientInfo": { name: "size", version: "1" },
  };

  it.each([
    ["2025", "initialize", undefined, 135_000, 4],
    ["2026", "server/discover", { _meta: meta }, 135_000, 4],
  ] as const)("a %s client causes few and small files to be read", async (_era, first, params, bytes, files) => {
    const server = spawnServer(["stdio"], CREDENTIAL, { nodeArgs: ["--import", RECORDER] });
    await (first === "initialize" ? server.initialize() : server.request(first, params));
    const { result } = await server.request("tools/list", params);
    expect(result?.tools).toHaveLength(TOOL_NAMES.length);
    const read = filesRead(await upToAnswer(2, server));
    const sum = [...read].reduce((total, path) => total + statSync(path).size, 0);
    expect(sum).toBeGreaterThan(bytes / 2);
    expect(sum).toBeLessThan(bytes);
    expect(read.size).toBeLessThanOrEqual(files);
    const code = [...read].map((path) => readFileSync(path, "utf8")).join("\n");
    for (const mark of MARKS) {
      expect(code.includes(mark), mark).toBe(false);
    }
    // A single other letter makes V8 keep a file in twice the memory.
    expect(code.match(/[^\0-\x7f]/g)).toBeNull();
  });

  it("the measured files exist", () => {
    const chunks = readdirSync(join(DIST, "chunks")).map((name) =>
      readFileSync(join(DIST, "chunks", name), "utf8"),
    );
    const code = chunks.join("\n");
    for (const mark of MARKS) {
      expect(code.includes(mark), mark).toBe(true);
    }
  });
});

it("over HTTP, assertion exchange is loaded only if it is configured", async () => {
  const http = { ...CREDENTIAL, C1_MCP_HTTP_TOKEN: "a-token-of-enough-length" };
  const reads = async (env: Record<string, string>) => {
    const server = spawnServer(
      ["http", "--port", "0"],
      { ...http, ...env },
      { nodeArgs: ["--import", RECORDER] },
    );
    const url = await listeningAt(server);
    await fetch(url, { method: "POST", headers: { authorization: "Bearer of-somebody-else-altogether" } });
    const code = [...filesRead(server.stderr)].map((path) => readFileSync(path, "utf8")).join("\n");
    return code.includes(GRANTS);
  };
  const clients = join(mkdtempSync(join(tmpdir(), "size-")), "clients.json");
  writeFileSync(clients, JSON.stringify({ clients: [{ id: "a", secretSha256: "0".repeat(64) }] }));
  const ema = {
    C1_MCP_EMA_ISSUER: "https://acme.conductor.one",
    C1_MCP_EMA_CLIENTS_FILE: clients,
    C1_MCP_EMA_KEY: "k".repeat(32),
    C1_MCP_PUBLIC_URL: "https://mcp.acme.example/mcp",
  };
  expect([await reads({}), await reads(ema)]).toEqual([false, true]);
  rmSync(dirname(clients), { recursive: true });
});

it("a developer's install has exactly the agreed number of production packages", () => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: boolean; optional?: boolean; devOptional?: boolean }>;
  };
  const needed = Object.entries(packages).filter(
    ([path, { dev, optional, devOptional }]) => path !== "" && !dev && !optional && !devOptional,
  );
  // Users of the published package install one package; see test/contract/packages.test.ts.
  expect(needed).toHaveLength(137);
});
