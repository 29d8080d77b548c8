import { afterEach, describe, expect, it } from "vitest";
import { killSpawned, listeningAt, type Spawned, spawnServer } from "../support/spawn.ts";
import { until } from "../support/until.ts";

afterEach(killSpawned);

/** Makes a process believe that its output is a terminal of 60 columns. */
const TERMINAL = [
  "--import",
  "data:text/javascript,for(const stream of[process.stdout,process.stderr])Object.assign(stream,{isTTY:true,columns:60})",
];

const start = (args: readonly string[], env: Record<string, string> = {}) =>
  spawnServer(args, { NO_COLOR: "1", ...env }, { nodeArgs: TERMINAL });

function expectFitting({ stdout, stderr }: Spawned): void {
  // A longer word, such as a path, has its own line.
  for (const line of [...stdout, ...stderr])
    if (line.length > 60) expect(line.trim()).toMatch(/^(?:\S+|(?:fix: )?`[^`]+`\S*)$/);
}

describe("output at a terminal", () => {
  it("of http says in words where it listens and who may call", async () => {
    const server = start(["http", "--sandbox", "--port", "0"]);
    await until("the address", () => server.stderr.length >= 2);
    expect(server.stderr).toEqual([
      expect.stringMatching(/^Listening on http:\/\/127\.0\.0\.1:\d+\/mcp; Ctrl-C ends it\.$/),
      "auth: none (sandbox): any program on this machine may call",
    ]);
    server.kill("SIGINT");
    expect(await server.exit).toBe(0);
  });

  it("of sandbox says how to end it, beside the line for programs", async () => {
    const sandbox = start(["sandbox"]);
    await until("what to do", () => sandbox.stderr.length >= 2);
    expect(JSON.parse(sandbox.stdout.join(""))).toMatchObject({ serverUrl: expect.any(String) });
    expect(sandbox.stderr.join(" ")).toMatch(/^The sandbox runs; Ctrl-C ends it/);
    sandbox.kill("SIGINT");
    expect(await sandbox.exit).toBe(0);
  });

  it("of http names every way to authenticate", async () => {
    const server = start(["http", "--sandbox", "--port", "0"], {
      C1_MCP_HTTP_TOKEN: "a-token-of-enough-length",
      C1_MCP_OAUTH_ISSUER: "https://idp.acme.example",
      C1_MCP_OAUTH_AUDIENCE: "https://mcp.acme.example/mcp",
    });
    await until("the ways", () => server.stderr.length >= 3);
    expect(server.stderr.slice(1)).toEqual([
      "auth: bearer (callers send C1_MCP_HTTP_TOKEN)",
      "auth: oauth (access tokens of https://idp.acme.example)",
    ]);
  });

  it("about what prevents a start is wrapped between words", async () => {
    const server = start(["http"]);
    expect(await server.exit).toBe(2);
    expect(server.stderr[0]).toBe("Not configured:");
    expectFitting(server);
  });

  it.each([
    ["demo"],
    ["doctor"],
    ["doctor", "--sandbox"],
    ["help", "environment"],
    ["init", "cursor", "--dry-run"],
    ["init", "codex", "--dry-run"],
    ["http", "--prot", "1", "--hots", "2"],
  ])("%s %s %s: no line is wider, and none is broken within a word", async (...args) => {
    const process = start(args.filter(Boolean), { HOME: "/nowhere" });
    await process.exit;
    expect(process.stdout.length + process.stderr.length).toBeGreaterThan(2);
    expectFitting(process);
  });
});

it("a program gets the same from http as one line of JSON", async () => {
  const server = spawnServer(["http", "--sandbox", "--port", "0"]);
  const url = await listeningAt(server);
  expect(JSON.parse(server.stderr[0] ?? "")).toMatchObject({
    msg: "listening",
    url,
    auth: "none",
    sandbox: true,
  });
});
