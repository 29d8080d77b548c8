import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runHere } from "../support/commands-here.ts";
import { killSpawned, MAIN, spawnServer } from "../support/spawn.ts";

/* Entries that init did not write. */

const NODE = process.execPath;

let home: string;
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), "c1-entry-home-")));
  mkdirSync(join(home, ".cursor"));
});
afterEach(async () => {
  await killSpawned();
  rmSync(home, { recursive: true, force: true });
});

/** A file in the home folder that can be started. */
function program(name: string): string {
  const path = join(home, name);
  writeFileSync(path, "");
  chmodSync(path, 0o755);
  return path;
}

/** Examines an entry of Cursor. */
async function examine(entry: object) {
  const path = join(home, ".cursor", "mcp.json");
  writeFileSync(path, JSON.stringify({ mcpServers: { c1: entry } }));
  const { code, stdout } = await runHere(["doctor", "cursor"], { HOME: home });
  const out = stdout.join("\n").replaceAll(`the entry in ${path}`, "the entry");
  expect(out).not.toContain("canary");
  return { code, out };
}

describe("an entry that starts this server", () => {
  it.each<[string, () => { command: string; args?: string[] }]>([
    [
      "with options of Node",
      () => ({ command: NODE, args: ["--max-semi-space-size=16", "--no-warnings", MAIN, "--sandbox"] }),
    ],
    [
      "with options of Node whose values stand apart",
      () => ({ command: NODE, args: ["--title", "c1", "-r", program("first.cjs"), MAIN, "--sandbox"] }),
    ],
    [
      "by the command of the installed package",
      () => {
        symlinkSync(MAIN, join(home, "c1-admin-mcp"));
        return { command: join(home, "c1-admin-mcp"), args: ["--sandbox"] };
      },
    ],
    [
      "by that command as Windows has it",
      () => ({ command: program("c1-admin-mcp.cmd"), args: ["stdio", "--sandbox"] }),
    ],
    [
      "by a link to its script",
      () => {
        symlinkSync(MAIN, join(home, "c1"));
        return { command: NODE, args: [join(home, "c1"), "--sandbox"] };
      },
    ],
  ])("%s is in order", async (_how, entry) => {
    const { code, out } = await examine(entry());
    expect(out).toMatch(/^Tenant: sandbox$/m);
    expect(out).toMatch(/^ok +entry +the entry$/m);
    expect(out).toMatch(/^No problems found \(0 warnings\)\.$/m);
    expect(code).toBe(0);
  });

  it("by the command's name alone needs the client's PATH", async () => {
    const { code, out } = await examine({ command: "c1-admin-mcp", args: ["--sandbox"] });
    expect(out).toMatch(/^warn +entry +the entry starts c1-admin-mcp, which a client finds only if /m);
    expect([code, out]).toEqual([0, expect.stringMatching(/^No problems found \(1 warning\)\.$/m)]);
  });

  it.each<[string, { command: string; args?: string[] }, RegExp]>([
    [
      "a command that is gone",
      { command: "/gone/c1-admin-mcp" },
      /^fail +entry +the entry starts \/gone\/c1-admin-mcp, which does not exist$/m,
    ],
    [
      "a script that is gone, after options of Node",
      { command: NODE, args: ["--no-warnings", "/gone/main.js"] },
      /^fail +entry +the entry runs \/gone\/main\.js, which does not exist$/m,
    ],
    ["Node alone", { command: NODE }, /^fail +entry +the entry starts Node without a program$/m],
    [
      "the command with a misspelt flag",
      { command: "c1-admin-mcp", args: ["--sandbx"] },
      /^fail +entry +the entry starts the server wrongly: .*--sandbx; did you mean --sandbox\?$/m,
    ],
  ])("fails for %s", async (_what, entry, told) => {
    const { code, out } = await examine(entry);
    expect([code, out]).toEqual([1, expect.stringMatching(told)]);
  });
});

describe("an entry that `claude mcp add` wrote", () => {
  const added = (server: object) => ({ projects: { [home]: { mcpServers: { c1: server } } } });

  /** Examines Claude Code's own file, in the home folder as the project. */
  async function examineOwn(file: object, env: Readonly<Record<string, string>> = {}) {
    const path = join(home, ".claude.json");
    writeFileSync(path, JSON.stringify(file));
    const doctor = spawnServer(["doctor", "claude-code"], { HOME: home, ...env }, { cwd: home });
    const code = await doctor.exit;
    return { code, out: doctor.stdout.join("\n").replaceAll(path, "THE FILE") };
  }

  it("for one project is examined, and its file named", async () => {
    const { code, out } = await examineOwn(
      added({ type: "stdio", command: NODE, args: [MAIN, "--sandbox"] }),
    );
    expect(out).toMatch(new RegExp(`^ok +entry +the entry in THE FILE for ${home}$`, "m"));
    expect([code, out]).toEqual([0, expect.stringMatching(/^No problems found \(0 warnings\)\.$/m)]);
  });

  it("for all projects with the address of a server is one warning", async () => {
    const { code, out } = await examineOwn({
      mcpServers: { c1: { type: "http", url: "http://127.0.0.1:1/mcp" } },
    });
    expect(out).toMatch(/^warn +entry +the entry in THE FILE starts no program/m);
    expect(code).toBe(0);
  });

  it("that does not work is not sent to init alone, which writes another file", async () => {
    const { code, out } = await examineOwn(added({ command: NODE, args: ["/gone/main.js"] }));
    expect(out).toMatch(
      /^fail +entry +the entry in THE FILE for \S+ runs \/gone\/main\.js, which does not exist\n +fix: Run `claude mcp remove c1 -s local`, then `claude mcp add` again, or `.* init claude-code` in the folder of your project\.$/m,
    );
    expect(code).toBe(1);
  });

  it("gets the variables of this terminal, as from Claude Code, and says so", async () => {
    const env = { C1_MCP_WRITES: "confirm", C1_MCP_TOOLS: "whoami" };
    const server = { command: NODE, args: [MAIN, "--sandbox"], env: { C1_MCP_TOOLS: "find_apps" } };
    const { out } = await examineOwn(added(server), env);
    expect(out).toContain("C1_MCP_WRITES=confirm (this terminal, for the client's entry)");
    expect(out).toContain("C1_MCP_TOOLS=find_apps (the client's entry)");
  });

  it("beside the project's own says which one is used", async () => {
    const entry = { command: NODE, args: [MAIN, "--sandbox"] };
    writeFileSync(join(home, ".mcp.json"), JSON.stringify({ mcpServers: { c1: entry } }));
    const { code, out } = await examineOwn(added(entry));
    expect(out).toMatch(
      /^warn +entry +Claude Code does not use the entry in \S+\.mcp\.json beside the one in THE FILE for \S+\n +fix: Remove the one that is not meant: `claude mcp remove c1 -s SCOPE`/m,
    );
    expect(code).toBe(0);
  });
});

it("a file to which init cannot add an entry is to be rewritten first", async () => {
  mkdirSync(join(home, ".codex"));
  writeFileSync(join(home, ".codex", "config.toml"), 'mcp_servers = { gh = { command = "x" } }\n');
  const { code, stdout } = await runHere(["doctor", "codex"], { HOME: home });
  expect(stdout.join("\n")).toMatch(
    /^fail +entry +there is no entry c1 in \S+config\.toml\n +fix: `init` cannot add one to that file: it holds its servers in a form .*: write each as a table of its own, \[mcp_servers\.NAME\], and run init again\.$/m,
  );
  expect(code).toBe(1);
});

describe("an entry that doctor cannot look into", () => {
  it.each<[string, object, RegExp]>([
    [
      "the address of a server",
      { type: "http", url: "http://127.0.0.1:8321/mcp", headers: { Authorization: "Bearer canary" } },
      /^warn +entry +the entry starts no program: doctor examines only entries that do\n +fix: If it names the address of a server, ask the assistant to call whoami; otherwise remove it\.$/m,
    ],
    [
      "a program that starts this server",
      { command: "npx", args: ["--canary", "c1-admin-mcp", "--sandbox"] },
      /^warn +entry +the entry starts this server by npx, which doctor does not examine\n +fix: Ask the assistant to call whoami\.$/m,
    ],
    [
      "a program of another kind",
      { command: "foo", args: ["canary"] },
      /^warn +entry +the entry starts foo, which doctor does not know: it may be another server\n +fix: If it is, rename that entry and run `.* init cursor`; if it starts c1-admin-mcp, ask the assistant to call whoami\.$/m,
    ],
    [
      "Node with text instead of a script",
      { command: NODE, args: ["-e", "canary"] },
      /^warn +entry +the entry starts \/\S+, which doctor does not know: it may be another server$/m,
    ],
  ])("%s is one warning, and nothing else is asked for", async (_what, entry, told) => {
    const { code, out } = await examine(entry);
    expect(out).toMatch(told);
    expect(out).toMatch(/^skip +10 checks +not reached: configuration, /m);
    expect(out).not.toMatch(/CONDUCTORONE|^fail/m);
    expect(out).toMatch(/^No problems found \(1 warning\), but 10 checks were not made\.$/m);
    expect(code).toBe(0);
  });

  it("another script that Node starts may be another server", async () => {
    const { code, out } = await examine({ command: NODE, args: [program("server.js")] });
    expect(out).toMatch(/^warn +entry +the entry starts .*node, which doctor does not know: it may be /m);
    expect(code).toBe(0);
  });
});
