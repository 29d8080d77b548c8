import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { runHere } from "../support/commands-here.ts";
import { MAIN } from "../support/spawn.ts";

/* Entries that init did not write. */

const NODE = process.execPath;

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "c1-entry-home-"));
  mkdirSync(join(home, ".cursor"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

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
