import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { TOOL_NAMES, WRITE_TOOL_NAMES } from "../../src/config/tool-names.ts";
import { startSandbox } from "../../src/sandbox/start.ts";
import { VERSION } from "../../src/version.ts";
import { killSpawned, parseMessages, type Spawned, spawnServer } from "../support/spawn.ts";
import { until } from "../support/until.ts";

afterEach(killSpawned);

const CREDENTIAL = {
  CONDUCTORONE_CLIENT_ID: "clever-otter-12345@acme.conductor.one/spc",
  CONDUCTORONE_CLIENT_SECRET: "never-used-secret",
};

const ONE_SHOT = [
  { jsonrpc: "2.0", id: 1, method: "initialize", params: initializeParams() },
  { jsonrpc: "2.0", method: "notifications/initialized" },
  { jsonrpc: "2.0", id: 2, method: "tools/list" },
  { jsonrpc: "2.0", id: 3, method: "tools/call", params: { name: "whoami", arguments: {} } },
  { jsonrpc: "2.0", id: 4, method: "tools/call", params: { name: "create_app", arguments: {} } },
  { jsonrpc: "2.0", id: 5, method: "tools/call", params: { name: "drop_app", arguments: {} } },
  { jsonrpc: "2.0", id: 6, method: "no/such/method" },
];

function initializeParams() {
  return {
    protocolVersion: "2025-06-18",
    capabilities: {},
    clientInfo: { name: "one-shot", version: "1" },
  };
}

/** A server on a tenant in this process that never answers the first write. */
async function startWaiting(fault: "silence" | "slow") {
  const tenant = await startSandbox();
  const server = spawnServer([], {
    CONDUCTORONE_SERVER_URL: tenant.serverUrl,
    CONDUCTORONE_CLIENT_ID: tenant.clientId,
    CONDUCTORONE_CLIENT_SECRET: tenant.clientSecret,
  });
  tenant.faults.add({
    match: { operation: "apps.create" },
    do: fault === "silence" ? { kind: "silence" } : { kind: "latency", ms: 200 },
  });
  await server.initialize();
  const call = { name: "create_app", arguments: { displayName: "Acme CRM" } };
  server.send({ jsonrpc: "2.0", id: "write", method: "tools/call", params: call });
  await until("the write", () => tenant.requests.some(({ operation }) => operation === "apps.create"));
  return { tenant, server };
}

function auditsOf({ stderr }: Spawned): Record<string, unknown>[] {
  return stderr
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter(({ audit, record }) => audit === true && record === "outcome");
}

describe("stdout contains only JSON-RPC", () => {
  it.each<[string, string[], Record<string, string>]>([
    ["a good start", ["stdio", "--sandbox"], {}],
    ["no command at all", ["--sandbox"], { C1_MCP_LOG_LEVEL: "trace" }],
    ["a start without credentials", ["stdio"], {}],
    ["a misspelt setting", ["stdio"], { ...CREDENTIAL, C1_MCP_WRITE: "block" }],
    ["an invalid number", ["stdio"], { ...CREDENTIAL, C1_MCP_TIMEOUT_MS: "soon" }],
    ["a misspelt setting on the sandbox", ["stdio", "--sandbox"], { C1_MCP_WRITE: "block" }],
  ])("%s; piped input is answered completely, and its end stops the server", async (_what, args, env) => {
    const server = spawnServer(args, env);
    server.send(...ONE_SHOT, "this is no JSON\n", "\n", '{"jsonrpc":"1.0"}\n');
    server.endInput();
    expect(await server.exit).toBe(0);
    const messages = parseMessages(server.stdout);
    expect(messages.map(({ id }) => id).sort()).toEqual([1, 2, 3, 4, 5, 6, null, null].sort());
    const byId = new Map(messages.map((message) => [message.id, message]));
    const tools = byId.get(2)?.result?.tools as { name: string }[];
    expect(tools.map(({ name }) => name)).toEqual([...TOOL_NAMES]);
    expect(byId.get(5)?.error).toEqual({
      code: -32602,
      message: `Unknown tool: drop_app; the tools are ${TOOL_NAMES.join(", ")}`,
    });
    expect(byId.get(6)?.error?.code).toBe(-32601);
    for (const line of server.stderr) expect(JSON.parse(line)).toHaveProperty("level");
  });

  it("an input without a final newline is answered, too", async () => {
    const server = spawnServer(["--sandbox"]);
    server.send(ONE_SHOT[0] ?? "", JSON.stringify(ONE_SHOT[2]));
    server.endInput();
    expect(await server.exit).toBe(0);
    expect(parseMessages(server.stdout).map(({ id }) => id)).toEqual([1, 2]);
  });

  it("empty input is not an error", async () => {
    const server = spawnServer(["--sandbox"]);
    server.endInput();
    expect(await server.exit).toBe(0);
    expect(server.stdout).toEqual([]);
    expect(server.stderr).toEqual([]);
  });
});

describe("a server without configuration", () => {
  it("lists its tools; every call says which variable is missing, and leaves an audit record", async () => {
    const server = spawnServer([]);
    await server.initialize();
    const { result } = await server.request("tools/list");
    expect(result?.tools).toHaveLength(TOOL_NAMES.length);
    for (const tool of TOOL_NAMES) {
      const { isError, text } = await server.call(tool, {});
      expect(isError).toBe(true);
      expect(text).toMatch(/^\[not_configured\]/);
      expect(text).toContain("CONDUCTORONE_CLIENT_ID");
      expect(text).toContain("Nothing was changed.");
    }
    server.endInput();
    expect(await server.exit).toBe(0);
    expect(auditsOf(server).map(({ tool, outcome, changed }) => ({ tool, outcome, changed }))).toEqual(
      WRITE_TOOL_NAMES.map((tool) => ({ tool, outcome: "not_configured", changed: "no" })),
    );
  });

  it("names every problem at once, on the sandbox as well", async () => {
    const bad = { C1_MCP_WRITE: "block", C1_MCP_TIMEOUT_MS: "soon", C1_MCP_LOG_LEVEL: "loud" };
    const real = spawnServer([], { ...CREDENTIAL, ...bad });
    await real.initialize();
    const sandboxed = spawnServer(["--sandbox"], bad);
    await sandboxed.initialize();
    for (const server of [real, sandboxed]) {
      const { text } = await server.call("create_app", { displayName: "Acme CRM" });
      expect(text).toMatch(/^\[not_configured\]/);
      expect(text).toContain("C1_MCP_WRITE is not a setting of this server");
      expect(text).toContain("C1_MCP_TIMEOUT_MS must be a whole number of milliseconds");
      expect(text).toContain("C1_MCP_LOG_LEVEL must be one of");
      expect(text).not.toContain("block");
    }
  });
});

describe("the end of the process", () => {
  it.each([
    "SIGTERM",
    "SIGINT",
    "SIGHUP",
  ] as const)("%s stops an idle server with exit code 0", async (signal) => {
    const server = spawnServer(["--sandbox"]);
    await server.initialize();
    await server.call("whoami", {});
    server.kill(signal);
    expect(await server.exit).toBe(0);
    parseMessages(server.stdout);
  });

  it.each<[string, (server: Spawned) => void]>([
    ["SIGTERM", (server) => server.kill("SIGTERM")],
    ["the end of the input", (server) => server.endInput()],
  ])("%s lets a running write finish and answers it", async (_what, stop) => {
    const { tenant, server } = await startWaiting("slow");
    stop(server);
    expect(await server.exit).toBe(0);
    const reply = parseMessages(server.stdout).find(({ id }) => id === "write");
    expect(reply?.result?.structuredContent).toMatchObject({ displayName: "Acme CRM" });
    expect(auditsOf(server)).toMatchObject([{ tool: "create_app", outcome: "ok", changed: "yes" }]);
    await tenant.close();
  });

  it.each<[string, (server: Spawned) => void]>([
    ["SIGTERM", (server) => server.kill("SIGTERM")],
    ["the end of the input", (server) => server.endInput()],
  ])("%s does not wait for a write that never ends, and its answer and the audit say so", async (_what, stop) => {
    const { tenant, server } = await startWaiting("silence");
    const stoppedAt = performance.now();
    stop(server);
    expect(await server.exit).toBe(0);
    // Less than the 27 seconds that a write may take.
    expect(performance.now() - stoppedAt).toBeLessThan(20_000);
    const reply = parseMessages(server.stdout).find(({ id }) => id === "write");
    expect(reply?.result?.content).toMatchObject([{ text: expect.stringMatching(/^\[outcome_unknown\]/) }]);
    expect(auditsOf(server)).toMatchObject([
      { tool: "create_app", outcome: "outcome_unknown", changed: "maybe" },
    ]);
    await tenant.close();
  });

  it.skipIf(process.platform === "win32").each<[string, string[], (server: Spawned) => void]>([
    ["the end of the input", ["--sandbox"], (server) => server.endInput()],
    ["SIGTERM", ["http", "--sandbox", "--port", "0"], (server) => server.kill("SIGTERM")],
  ])("%s does not wait for a file or a DNS server that never responds", async (_what, args, stop) => {
    const folder = mkdtempSync(join(tmpdir(), "hangs-"));
    const pipe = join(folder, "pipe");
    execFileSync("mkfifo", [pipe]);
    // Opening a pipe that nobody writes to takes one of Node's threads for ever, as a DNS server that is silent does for a minute.
    const hang = `import { open } from "node:fs"; open(${JSON.stringify(pipe)}, () => {}); console.error("{}");`;
    const nodeArgs = ["--import", `data:text/javascript,${encodeURIComponent(hang)}`];
    const server = spawnServer(args, {}, { nodeArgs });
    await until("the start", () => server.stderr.length > (args.includes("http") ? 1 : 0));
    stop(server);
    expect(await server.exit).toBe("SIGTERM");
    rmSync(folder, { recursive: true });
  });

  it("a client that closes our stdout stops the server without a stack trace", async () => {
    const server = spawnServer(["--sandbox"]);
    await server.initialize();
    server.closeOutput();
    for (let id = 1; id <= 20; id += 1) server.send({ jsonrpc: "2.0", id, method: "tools/list" });
    expect(await server.exit).toBe(0);
    expect(server.stderr.join("\n")).not.toMatch(/EPIPE|crashed|\n {4}at /);
  });
});

describe("a client that does not read", () => {
  /** More than fit into a pipe, on every system. */
  const MANY = 900;

  it("stderr is served, finds all lines there later, and can end the server", async () => {
    const server = spawnServer(["--sandbox"], {}, { hold: "stderr" });
    await server.initialize();
    const calls = Array.from({ length: MANY }, () => server.call("create_app", {}));
    for (const { isError } of await Promise.all(calls)) expect(isError).toBe(true);
    server.readHeld();
    await until("the records", () => auditsOf(server).length === MANY);
    server.endInput();
    expect(await server.exit).toBe(0);
    expect(auditsOf(server)).toHaveLength(MANY);
  });

  it("stderr at all can end the server", async () => {
    const server = spawnServer(["--sandbox"], {}, { hold: "stderr" });
    await server.initialize();
    await Promise.all(Array.from({ length: MANY }, () => server.call("create_app", {})));
    server.kill("SIGTERM");
    expect(await server.exit).toBe(0);
  });

  it("the responses until after the end of the input gets all of them", async () => {
    const server = spawnServer(["--sandbox"], {}, { hold: "stdout" });
    server.send(ONE_SHOT[0] ?? "");
    for (let id = 2; id <= MANY; id += 1) server.send({ jsonrpc: "2.0", id, method: "tools/list" });
    server.endInput();
    // Long enough for the server to end, were it not to wait.
    await pause(1_000);
    server.readHeld();
    expect(await server.exit).toBe(0);
    expect(parseMessages(server.stdout)).toHaveLength(MANY);
  });
});

describe("the command line", () => {
  it("--help goes to stdout and ends with 0", async () => {
    const server = spawnServer(["--help"]);
    expect(await server.exit).toBe(0);
    expect(server.stdout.join("\n")).toMatch(/Usage: c1-admin-mcp[\s\S]*CONDUCTORONE_CLIENT_SECRET/);
    expect(server.stderr).toEqual([]);
  });

  it("--version is one line", async () => {
    const server = spawnServer(["--version"]);
    expect(await server.exit).toBe(0);
    expect(server.stdout).toEqual([VERSION]);
  });

  it.each([
    [["sandbos"], "unknown command sandbos; did you mean sandbox?"],
    [["stdio", "--sandbx"], "stdio has no flag --sandbx; did you mean --sandbox?"],
    [["stdio", "--port", "1"], "stdio has no flag --port"],
    [["http", "--port"], "--port needs a value"],
    [["claude-code"], "unknown command claude-code; did you mean init claude-code?"],
    [["Claude", "--sandbox"], "unknown command Claude; did you mean init claude-desktop or claude-code?"],
    [["help", "codex"], /^unknown command codex$/m],
    [["secret-token:conductorone.com:v1:cursor"], /^unknown command \*\*\*$/m],
  ])("%j is refused with exit code 2, and stdout stays empty", async (args, message) => {
    const server = spawnServer(args);
    expect(await server.exit).toBe(2);
    expect(server.stdout).toEqual([]);
    expect(server.stderr.join("\n")).toMatch(message);
  });
});
