import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { chooseFormat } from "../../../src/init/choose-format.ts";
import { isClientId, storeSecret } from "../../../src/init/credential.ts";
import { findNode } from "../../../src/init/find-node.ts";
import { findConfigFile } from "../../../src/init/places.ts";
import { readEntry } from "../../../src/init/read-entry.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "c1-credential-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe("storing a secret", () => {
  it("creates the folder and the file for their owner only", () => {
    const path = join(root, "a", "b", "client-secret");
    storeSecret(path, "canary");
    expect(readFileSync(path, "utf8")).toBe("canary\n");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(join(root, "a", "b")).mode & 0o777).toBe(0o700);
  });

  it("replaces the one that is there as a whole, for its owner alone, and can put it back", () => {
    const path = join(root, "client-secret");
    writeFileSync(path, "old", { mode: 0o644 });
    const putBack = storeSecret(path, "canary");
    expect(readFileSync(path, "utf8")).toBe("canary\n");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    putBack();
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const other = join(root, "other");
    storeSecret(other, "canary")();
    expect(readdirSync(root)).toEqual(["client-secret"]);
  });

  it("follows no link, and replaces nothing but a regular file", () => {
    const link = join(root, "link");
    symlinkSync(join(root, "elsewhere"), link);
    expect(() => storeSecret(link, "canary")).toThrow(/is not a regular file/);
    expect(existsSync(join(root, "elsewhere"))).toBe(false);
    mkdirSync(join(root, "folder"));
    expect(() => storeSecret(join(root, "folder"), "canary")).toThrow(/is not a regular file/);
  });

  it("says why it failed, without the secret", () => {
    writeFileSync(join(root, "file"), "");
    const store = () => storeSecret(join(root, "file", "client-secret"), "canary");
    expect(store).toThrow(/cannot be stored in .*\(.+\)/);
    expect(store).not.toThrow(/canary/);
  });
});

it.each([
  ["otter@acme.conductor.one/spc", true],
  ["otter@127.0.0.1:8080/pcc", true],
  ["secret-token:conductorone.com:v1:abc", false],
  ["otter@acme.conductor.one", false],
  ["", false],
])("%j is a client id: %s", (text, expected) => {
  expect(isClientId(text)).toBe(expected);
});

describe("the Node for clients", () => {
  it("is the one on PATH that leads to the running one, because it survives an upgrade", () => {
    const versioned = join(root, "cellar", "22.1.0");
    const stable = join(root, "bin");
    for (const folder of [versioned, stable, join(root, "other")]) mkdirSync(folder, { recursive: true });
    writeFileSync(join(versioned, "node"), "");
    writeFileSync(join(root, "other", "node"), "");
    symlinkSync(join(versioned, "node"), join(stable, "node"));
    const PATH = ["relative", join(root, "other"), join(root, "gone"), stable].join(":");
    expect(findNode(join(versioned, "node"), { PATH }, "linux")).toBe(join(stable, "node"));
    expect(findNode(join(versioned, "node"), { PATH: join(root, "other") }, "linux")).toBe(
      join(versioned, "node"),
    );
    expect(findNode(join(versioned, "node"), {}, "linux")).toBe(join(versioned, "node"));
  });
});

describe("reading a client's entry", () => {
  const at = (env = {}) =>
    ({ platform: "linux", env, home: root, cwd: root, node: "/usr/bin/node" }) as const;
  const write = (path: string, entry: object, container = "mcpServers") => {
    mkdirSync(join(root, path, ".."), { recursive: true });
    writeFileSync(join(root, path), JSON.stringify({ [container]: { c1: entry } }));
  };

  it("fills in placeholders from this terminal, and keeps those without a value", () => {
    write(".cursor/mcp.json", {
      command: "node",
      args: ["m.js"],
      env: { A: `\${env:X}`, B: `\${Y}`, C: "c" },
    });
    const { env, unknown } = readEntry("cursor", at({ X: "x", Z: "z" }));
    expect(env).toEqual({ A: "x", B: `\${Y}`, C: "c" });
    expect(unknown).toEqual([]);
  });

  it("fills in Claude Code's defaults, which are the entry's own", () => {
    const env = { A: `\${X:-preset}`, B: `\${Y:-preset}`, C: `\${Y:-}` };
    write(".mcp.json", { command: "node", args: ["m.js"], env });
    expect(readEntry("claude-code", at({ X: "x" }))).toMatchObject({
      env: { A: "x", B: "preset", C: "" },
      filledIn: ["A"],
    });
  });

  it("fills in how the server is started, too, as clients do", () => {
    write(".mcp.json", { command: `\${NODE:-node}`, args: [`\${COPY}/main.js`, "--sandbox"] });
    expect(readEntry("claude-code", at({ COPY: "/copy" }))).toMatchObject({
      command: "node",
      args: ["/copy/main.js", "--sandbox"],
    });
  });

  it.each([
    "claude-desktop",
    "codex",
  ] as const)("%s fills in nothing, whatever this terminal has", (client) => {
    const path = findConfigFile(client, at());
    mkdirSync(dirname(path), { recursive: true });
    const env = { CONDUCTORONE_CLIENT_ID: `\${CONDUCTORONE_CLIENT_ID}` };
    const server = { command: "node", args: [`\${COPY}/main.js`], env };
    writeFileSync(path, chooseFormat(client).put("", { server, inputs: [] }));
    const has = at({ CONDUCTORONE_CLIENT_ID: "otter@acme.conductor.one/pcc", COPY: "/copy" });
    expect(readEntry(client, has)).toMatchObject({ ...server, filledIn: [] });
  });

  it("names what VS Code asks the user for", () => {
    const env = { ID: `\${input:c1-client-id}`, SECRET: `\${input:c1-client-secret}` };
    write(".vscode/mcp.json", { command: "node", args: ["m.js"], env }, "servers");
    expect(readEntry("vscode", at({ ID: "mine" }))).toMatchObject({
      env: { ID: "mine" },
      unknown: ["SECRET"],
    });
  });

  it("takes what Codex forwards from this terminal", () => {
    mkdirSync(join(root, ".codex"));
    writeFileSync(
      join(root, ".codex", "config.toml"),
      '[mcp_servers.c1]\ncommand = "node"\nargs = ["m.js"]\nenv_vars = ["A", "B"]\n',
    );
    expect(readEntry("codex", at({ A: "a", OTHER: "o" })).env).toEqual({ A: "a" });
  });

  it("reports a missing entry and an unreadable file with the file's path", () => {
    expect(() => readEntry("gemini", at())).toThrow(`there is no entry c1 in ${root}/.gemini/settings.json`);
    mkdirSync(join(root, ".gemini"));
    writeFileSync(join(root, ".gemini", "settings.json"), "{");
    expect(() => readEntry("gemini", at())).toThrow(
      /settings\.json: it is not valid JSON: its end is missing after line 1/,
    );
  });
});
