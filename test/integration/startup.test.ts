import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, describe, expect, it } from "vitest";
import { VERSION } from "../../src/version.ts";
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

const CACHE = join(ROOT, "dist", ".compile-cache");

/** Compiled code that is kept at the end is no data. */
function expectQuiet(server: Spawned): void {
  for (const kind of ["connect", "lookup", "listen", "write"])
    expect(seen(server, kind).filter((what) => !what.includes(CACHE))).toEqual([]);
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

/** A copy of the server in a folder of its own, and runs of it. */
function copyServer() {
  const folder = mkdtempSync(join(tmpdir(), "start-"));
  const dist = join(folder, "dist");
  cpSync(join(ROOT, "dist"), dist, { recursive: true });
  rmSync(join(dist, ".compile-cache"), { recursive: true, force: true });
  return {
    folder,
    dist,
    runVersion(more: Record<string, string> = {}) {
      const env = { PATH: process.env.PATH, HOME: folder, TMPDIR: folder, ...more };
      const { status, stdout } = spawnSync(process.execPath, [join(dist, "main.js"), "--version"], { env });
      expect([status, String(stdout)]).toEqual([0, `${VERSION}\n`]);
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

it.skipIf(process.platform === "win32")("nobody else may write the cached code, whatever the umask", () => {
  const { folder, dist, remove } = copyServer();
  try {
    const env = { PATH: process.env.PATH, HOME: folder, TMPDIR: folder };
    const line = 'umask 0; exec "$0" "$1" --version';
    spawnSync("/bin/sh", ["-c", line, process.execPath, join(dist, "main.js")], { env });
    const cache = join(dist, ".compile-cache");
    const paths = [cache, ...readdirSync(cache).map((name) => join(cache, name))];
    expect(paths.length).toBeGreaterThan(1);
    for (const path of paths) expect(statSync(path).mode & 0o022).toBe(0);
  } finally {
    remove();
  }
});

it("compiled code is cached beside the code, and nowhere else, unless that is turned off", () => {
  const { folder, dist, runVersion, remove } = copyServer();
  try {
    const kept = () => readdirSync(dist).filter((name) => name.startsWith("."));
    runVersion({ NODE_DISABLE_COMPILE_CACHE: "1" });
    expect(kept()).toEqual([]);
    runVersion();
    expect(kept()).toEqual([".compile-cache"]);
    expect(readdirSync(folder)).toEqual(["dist"]);
  } finally {
    remove();
  }
});

it("the built code has no import(), which fails in compiled code that was kept", () => {
  const folder = join(ROOT, "dist", "chunks");
  const files = readdirSync(folder).filter((name) => name.endsWith(".js"));
  expect(files.length).toBeGreaterThan(10);
  expect(files.filter((name) => /[^.\w]import\(/.test(readFileSync(join(folder, name), "utf8")))).toEqual([]);
});

it("compiled code of which the first process used little is kept again, and then stays", async () => {
  const { dist, runVersion, remove } = copyServer();
  try {
    const main = join(dist, "main.js");
    const cache = join(dist, ".compile-cache");
    const kept = () => {
      const name = readdirSync(cache).find((file) => file.startsWith("opening-"));
      return readFileSync(join(cache, String(name)));
    };
    runVersion();
    const little = kept();
    const server = spawnServer(["stdio"], {}, { main });
    await server.initialize();
    await server.request("tools/list");
    server.endInput();
    expect(await server.exit).toBe(0);
    const more = kept();
    expect(more.length).toBeGreaterThan(little.length * 1.1);
    runVersion();
    expect(kept()).toEqual(more);
  } finally {
    remove();
  }
});

it("compiled code that is damaged is compiled again", () => {
  const { dist, runVersion, remove } = copyServer();
  try {
    runVersion();
    const cache = join(dist, ".compile-cache");
    const files = readdirSync(cache).map((name) => join(cache, name));
    expect(files).not.toEqual([]);
    const flipped = (bytes: Buffer, at: number) =>
      Buffer.concat([bytes.subarray(0, at), Buffer.of((bytes[at] ?? 0) ^ 0x41), bytes.subarray(at + 1)]);
    const damages: ((bytes: Buffer) => Buffer)[] = [
      (bytes) => flipped(bytes, bytes.length >> 1),
      (bytes) => flipped(bytes, bytes.length - 200),
      (bytes) => flipped(bytes, 0),
      (bytes) => bytes.subarray(0, bytes.length >> 1),
      () => Buffer.alloc(0),
    ];
    for (const damage of damages) {
      for (const file of files) writeFileSync(file, damage(readFileSync(file)));
      const damaged = files.map((file) => readFileSync(file));
      runVersion();
      files.forEach((file, index) => {
        expect(damaged[index]?.equals(readFileSync(file))).toBe(false);
      });
    }
    const good = files.map((file) => readFileSync(file, "latin1"));
    runVersion();
    expect(files.map((file) => readFileSync(file, "latin1"))).toEqual(good);
    expect(readdirSync(cache)).toHaveLength(files.length);
  } finally {
    remove();
  }
});
