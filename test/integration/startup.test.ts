import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import module from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { ROOT } from "../support/sources.ts";
import { killSpawned, type Spawned, spawnServer } from "../support/spawn.ts";
import { until } from "../support/until.ts";

afterEach(killSpawned);

const RECORDER = pathToFileURL(join(ROOT, "test", "support", "recorder.mjs")).href;
const CREDENTIAL = {
  CONDUCTORONE_CLIENT_ID: "clever-otter-12345@acme.conductor.one/spc",
  CONDUCTORONE_CLIENT_SECRET: "never-used-secret",
};

/** Events from the recorder: "connect", "lookup", "listen", "write <path>", "load <file>". */
function seen({ stderr }: Spawned, kind: string): string[] {
  return stderr.flatMap((line) => {
    const event = (JSON.parse(line) as { recorded?: string }).recorded;
    return event?.startsWith(`${kind} `) ? [event.slice(kind.length + 1)] : [];
  });
}

function expectQuiet(server: Spawned): void {
  for (const kind of ["connect", "lookup", "listen", "write"]) expect(seen(server, kind)).toEqual([]);
}

/** Texts in code that only a call needs, or only `http` or the sandbox. */
const loaded = (server: Spawned, pattern: RegExp) =>
  seen(server, "load").filter((file) => pattern.test(file));

describe("a server before its first call", () => {
  it.each<[string, string[], Record<string, string>]>([
    ["a real tenant", [], CREDENTIAL],
    ["the sandbox", ["--sandbox"], {}],
    ["no configuration", [], {}],
  ])("%s: uses no network, lock or file, and loads neither undici nor the sandbox", async (_what, args, env) => {
    const server = spawnServer(["stdio", ...args], env, { nodeArgs: ["--import", RECORDER] });
    await server.initialize();
    await server.request("ping");
    expect(loaded(server, /\/(?:v[12]|undici|webapi|sandbox|start|front)-[^/]*$/)).toEqual([]);
    await server.request("tools/list");
    await server.request("ping");
    expectQuiet(server);
    expect(loaded(server, /\/(?:sandbox|start|front)-[^/]*$/)).toEqual([]);
    expect(seen(server, "load").some((file) => file.endsWith("/dist/main.js"))).toBe(true);
    server.endInput();
    expect(await server.exit).toBe(0);
    expectQuiet(server);
  });

  it("loads the code for calls once a client has its list and pauses, and does nothing else", async () => {
    const server = spawnServer(["stdio"], CREDENTIAL, { nodeArgs: ["--import", RECORDER] });
    await server.initialize();
    await server.request("tools/list");
    await until("the last of it", () => loaded(server, /\/pino\.js$/).length > 0);
    for (const part of [/\/v1-/, /\/undici-/, /\/webapi-/]) expect(loaded(server, part)).not.toEqual([]);
    expect(loaded(server, /\/(?:v2|sandbox|start|front)-[^/]*$/)).toEqual([]);
    // It still answers, in the same session.
    expect((await server.request("tools/list")).result?.tools).not.toEqual([]);
    expectQuiet(server);
    server.endInput();
    expect(await server.exit).toBe(0);
    expectQuiet(server);
  });

  it("loads no SDK before the first message", async () => {
    const server = spawnServer(["stdio", "--sandbox"], {}, { nodeArgs: ["--import", RECORDER] });
    await until("the first chunk", () => loaded(server, /\/opening-/).length > 0);
    server.endInput();
    expect(await server.exit).toBe(0);
    expect(seen(server, "load").filter((file) => /\/v[12]-/.test(file))).toEqual([]);
  });
});

it("the recorder does detect all of that once a call needs it", async () => {
  const server = spawnServer(["stdio", "--sandbox"], {}, { nodeArgs: ["--import", RECORDER] });
  await server.initialize();
  const { isError, text } = await server.call("create_app", { displayName: "Acme CRM" });
  expect(isError, text).toBe(false);
  expect(seen(server, "listen")).toHaveLength(1);
  expect(seen(server, "connect").length).toBeGreaterThan(0);
  expect(seen(server, "load").some((file) => /undici-/.test(file))).toBe(true);
});

it("compiled code is cached beside the code if Node can cache it, and nowhere else", async () => {
  const folder = mkdtempSync(join(tmpdir(), "start-"));
  const dist = join(folder, "dist");
  try {
    cpSync(join(ROOT, "dist"), dist, { recursive: true });
    rmSync(join(dist, ".compile-cache"), { recursive: true, force: true });
    const { status } = spawnSync(process.execPath, [join(dist, "main.js"), "--version"], {
      env: { PATH: process.env.PATH, HOME: folder, TMPDIR: folder },
    });
    expect(status).toBe(0);
    const kept = "enableCompileCache" in module ? [".compile-cache"] : [];
    expect(readdirSync(dist).filter((name) => name.startsWith("."))).toEqual(kept);
    expect(readdirSync(folder)).toEqual(["dist"]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
