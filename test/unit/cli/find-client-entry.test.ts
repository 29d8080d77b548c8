import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findClientEntry } from "../../../src/cli/find-client-entry.ts";
import type { Surroundings } from "../../../src/init/places.ts";
import { NoEntry, Refusal } from "../../../src/init/refusal.ts";

let folder: string;
let home: string;
let project: string;
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), "find-client-entry-")));
  home = join(folder, "home");
  project = join(folder, "project");
  for (const path of [home, project]) mkdirSync(path);
});
afterEach(() => rmSync(folder, { recursive: true }));

function at(more: Partial<Surroundings> = {}): Surroundings {
  return { platform: process.platform, env: {}, home, cwd: project, node: process.execPath, ...more };
}

const find = (more: Partial<Surroundings> = {}) => findClientEntry("claude-code", at(more));

const serversOf = (name: string) => ({ c1: { type: "stdio", command: name, args: [], env: {} } });

const ownFile = () => join(home, ".claude.json");

function write(path: string, value: object): void {
  writeFileSync(path, JSON.stringify(value));
}

/** Claude Code's own file, with an entry for some folders and perhaps one for all. */
function writeOwn(projects: readonly string[], forAll?: object, path = ownFile()): void {
  const each = projects.map((name) => [name, { allowedTools: [], mcpServers: serversOf("local") }]);
  write(path, { userID: "x", projects: Object.fromEntries(each), ...(forAll && { mcpServers: forAll }) });
}

describe("of the entries of Claude Code", () => {
  it("the one for the user in the project comes first, then the project's own, then the one for all", () => {
    const [local, own, user] = [`${ownFile()} for ${project}`, join(project, ".mcp.json"), ownFile()];
    writeOwn([project], serversOf("user"));
    write(own, { mcpServers: serversOf("project") });
    expect(find()).toMatchObject({
      entry: { path: local, command: "local" },
      scope: "local",
      unused: [own, user],
    });
    writeOwn([], serversOf("user"));
    expect(find()).toMatchObject({
      entry: { path: own, command: "project" },
      scope: undefined,
      unused: [user],
    });
    rmSync(own);
    expect(find()).toMatchObject({ entry: { path: user, command: "user" }, scope: "user", unused: [] });
  });

  it("none is for another folder", () => {
    writeOwn([folder, `${project}x`, join(project, "inner")]);
    expect(find).toThrow(NoEntry);
    expect(find).toThrow(
      `there is no entry c1 in ${join(project, ".mcp.json")}, and none for this folder in ${ownFile()}`,
    );
  });

  it("a folder within a repository has those of the repository", () => {
    const inner = join(project, "src", "deep");
    mkdirSync(inner, { recursive: true });
    mkdirSync(join(project, ".git"));
    writeOwn([project]);
    expect(find({ cwd: inner }).entry.path).toBe(`${ownFile()} for ${project}`);
  });

  it("an added work tree has those of the first one", () => {
    const git = (...args: string[]) => execFileSync("git", ["-C", project, ...args], { stdio: "ignore" });
    git("init", "-q");
    git("-c", "user.name=a", "-c", "user.email=a@acme.example", "commit", "-q", "--allow-empty", "-m", "x");
    git("worktree", "add", "-q", join(folder, "tree"));
    writeOwn([project]);
    expect(find({ cwd: join(folder, "tree") }).entry.path).toBe(`${ownFile()} for ${project}`);
  });

  it("those for Windows are named with slashes", () => {
    writeOwn([project.replaceAll("/", "\\")]);
    expect(find().scope).toBe("local");
  });

  it("those of another folder for its own files count there", () => {
    writeOwn([], serversOf("user"));
    writeOwn([], serversOf("elsewhere"), join(folder, ".claude.json"));
    expect(find({ env: { CLAUDE_CONFIG_DIR: folder } }).entry.command).toBe("elsewhere");
  });

  it("placeholders get the values of this terminal, or their defaults, or stay", () => {
    const env = { A: `\${X}`, B: `\${Y:-preset}`, C: `\${Y}`, D: `x\${X:-preset}`, E: "plain" };
    write(ownFile(), { mcpServers: { c1: { command: `\${N:-node}`, args: [`\${X}/main.js`], env } } });
    expect(find({ env: { X: "given" } }).entry).toMatchObject({
      command: "node",
      args: ["given/main.js"],
      env: { A: "given", B: "preset", C: `\${Y}`, D: "xgiven", E: "plain" },
      filledIn: ["A", "D"],
    });
  });

  it.each([
    ["text", "canary {", / \.claude\.json: it is not valid JSON$|\.claude\.json: it is not valid JSON$/],
    ["a list", "[]", /^there is no entry c1 in /],
    ["servers that are none", '{"mcpServers": [], "projects": {"x": 1}}', /^there is no entry c1 in /],
  ])("its own file with %s counts for nothing beside the project's", (_what, text, told) => {
    writeFileSync(ownFile(), text);
    expect(find).toThrow(Refusal);
    expect(find).toThrow(told);
    expect(find).not.toThrow(/canary/);
    write(join(project, ".mcp.json"), { mcpServers: serversOf("project") });
    expect(find().entry.command).toBe("project");
  });

  it("a project's file that cannot be read is reported, unless the user has an entry of their own", () => {
    writeFileSync(join(project, ".mcp.json"), "{,}");
    writeOwn([], serversOf("user"));
    expect(find).toThrow(/\.mcp\.json: it is not valid JSON/);
    writeOwn([project]);
    expect(find().scope).toBe("local");
  });
});

it("another client has one file only", () => {
  writeOwn([project], serversOf("user"));
  expect(() => findClientEntry("gemini", at())).toThrow(/^there is no entry c1 in \S+settings\.json$/);
});
