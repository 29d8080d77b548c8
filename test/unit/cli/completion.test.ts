import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { PassThrough } from "node:stream";
import { describe, expect, it, vi } from "vitest";
import { COMMANDS, parseCommandLine } from "../../../src/cli/args.ts";
import { runCompletion } from "../../../src/cli/completion.ts";
import { createPrinter } from "../../../src/cli/output.ts";

async function completionOf(shell: string): Promise<string> {
  const stream = new PassThrough();
  const args = parseCommandLine(["completion", shell]);
  if ("problems" in args) throw new Error(args.problems.join());
  expect(await runCompletion(args, createPrinter(stream, {}))).toBe(0);
  return String(stream.read());
}

/** Bash's completions of the last word of a line. */
function offer(script: string, ...line: readonly string[]): string[] {
  const words = line.map((word) => `'${word}'`).join(" ");
  const ask = `${script}\nCOMP_WORDS=(c1-admin-mcp ${words}); COMP_CWORD=${line.length}; _c1_admin_mcp; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return spawnSync("bash", ["-c", ask], { encoding: "utf8" }).stdout.trim().split("\n").filter(Boolean);
}

describe("completion", () => {
  it.runIf(existsSync("/bin/bash"))("bash offers commands first, then the command's own words", async () => {
    const script = await completionOf("bash");
    expect(offer(script, "")).toEqual([...COMMANDS, "help", "--help", "--version"]);
    expect(offer(script, "d")).toEqual(["demo", "doctor"]);
    expect(offer(script, "http", "--p")).toEqual(["--port"]);
    expect(offer(script, "init", "c")).toEqual(["claude-desktop", "claude-code", "cursor", "codex"]);
    expect(offer(script, "audit", "")).toEqual(
      expect.arrayContaining(["verify", "anchor", "show", "--person"]),
    );
    expect(offer(script, "help", "d")).toEqual(["demo", "doctor"]);
    expect(offer(script, "help", "env")).toEqual(["environment"]);
    expect(offer(script, "completion", "p")).toEqual(["powershell"]);
  });

  it.each(["zsh", "fish", "powershell"])("%s: names every command, and the flags of one", async (shell) => {
    const script = await completionOf(shell);
    for (const command of COMMANDS) expect(script).toContain(command);
    expect(script).toContain("--secret-file");
  });

  it.each([
    [["tcsh"], "completion does not know tcsh: it knows bash, zsh, fish, powershell\n"],
    [["powershel"], "completion does not know powershel; did you mean powershell?\n"],
    [["a\u001b[31mb"], "completion does not know ab: it knows bash, zsh, fish, powershell\n"],
    [[], "completion needs the name of a shell: one of bash, zsh, fish, powershell\n"],
    [["zsh", "bash"], "unexpected argument bash\n"],
  ])("%j is refused, and what would do is named", async (words, said) => {
    const args = parseCommandLine(["completion", ...words]);
    if ("problems" in args) throw new Error(args.problems.join());
    const stderr = vi.spyOn(process.stderr, "write").mockReturnValue(true);
    expect(await runCompletion(args, createPrinter(new PassThrough(), {}))).toBe(2);
    expect(stderr.mock.calls).toEqual([[said]]);
    stderr.mockRestore();
  });
});
