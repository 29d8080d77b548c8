import { appendFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Arguments, parseCommandLine } from "../../src/cli/args.ts";
import { runAudit } from "../../src/cli/audit.ts";
import type { Output } from "../../src/cli/output.ts";
import { makeAuditLines } from "../support/audit-lines.ts";
import { spawnServer } from "../support/spawn.ts";

let folder: string;
let file: string;
let older: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "audit-command-"));
  file = join(folder, "audit.jsonl");
  older = `${file}.1`;
  const made = makeAuditLines();
  made.add(0);
  made.add(1);
  made.add(0, 1);
  writeFileSync(older, textOf(made.rotate()));
  made.add(1);
  writeFileSync(file, textOf(made.lines));
});
afterEach(() => rmSync(folder, { recursive: true }));

const textOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

/** Runs the command in this process. */
async function audit(...words: string[]): Promise<{ code: number; text: string }> {
  const args = parseCommandLine(["audit", ...words]);
  if ("problems" in args) throw new Error(args.problems.join());
  let text = "";
  const print: Output["print"] = async (part) => {
    text += part;
  };
  const output: Output = { print, say: print, paint: (_code, part) => part, columns: undefined };
  const code = await runAudit(args as Arguments, new AbortController().signal, output);
  return { code, text };
}

describe("audit verify", () => {
  it("reports intact files, unrecorded outcomes, what the files cannot prove, and the anchor to keep", async () => {
    const { code, text } = await audit("verify", file, older);
    expect(code).toBe(0);
    expect(text).toContain("Intact:");
    expect(text).toContain(`${older}:7: 2026-01-01T00:00:02.000Z create_app by user:0 (w2)`);
    expect(text).toContain("Without an anchor this does not show");
    const anchor = text.trim().split("\n").at(-1) ?? "";
    expect(anchor).toMatch(/^(?:[0-9a-f-]{36}:[34]:[0-9a-f]{64},?){2}$/);
    const anchored = await audit("verify", file, older, "--anchor", anchor);
    expect(anchored.code).toBe(0);
    expect(anchored.text).not.toContain("Without an anchor");
    expect(await audit("anchor", older, file)).toMatchObject({ code: 0, text: `${anchor}\n` });
  });

  it("returns 1 for an altered file and names the record", async () => {
    const lines = (await audit("show", older, "--json")).text.trim().split("\n");
    expect(lines.length).toBe(3);
    writeFileSync(older, textOf(lines.slice(0, 2)));
    const { code, text } = await audit("verify", older, file);
    expect(code).toBe(1);
    expect(text).toContain("TAMPERED");
    expect(text).not.toContain("To keep elsewhere");
    expect(await audit("anchor", older, file)).toEqual({ code: 1, text: "" });
    const report = JSON.parse((await audit("verify", older, file, "--json")).text);
    expect(report).toMatchObject({ verdict: "tampered", anchor: "" });
  });

  it("returns 3 if something cannot be checked: a missing rotated file, or records without a chain", async () => {
    const late = await audit("verify", file);
    expect(late.code).toBe(3);
    expect(late.text).toContain("Chains whose beginning is in none of these files");
    writeFileSync(
      older,
      '{"time":"2025-01-01T00:00:00.000Z","record":"outcome","write":"w","outcome":"ok"}\n',
    );
    const old = await audit("verify", older);
    expect(old.code).toBe(3);
    expect(old.text).toContain("0 chained, 1 not chained");
  });

  it("recognises an incomplete line and names it", async () => {
    appendFileSync(file, '{"chain":"');
    const { code, text } = await audit("verify", older, file);
    expect(code).toBe(0);
    expect(text).toContain(
      `Lines that break off (a server was killed, the disk was full, or power was lost):\n  ${file}:3`,
    );
  });

  it.each([
    ["no file", () => ["verify"]],
    ["no action", () => []],
    ["an unknown action", () => ["check", file]],
    ["a file that is not there", () => ["verify", join(folder, "nothing")]],
    ["a folder", () => ["verify", folder]],
    ["an anchor that is none", () => ["verify", file, "--anchor", "a:1:b"]],
    ["a time that is none", () => ["show", file, "--since", "yesterday"]],
    [
      "the same file twice",
      () => {
        symlinkSync(file, `${file}.link`);
        return ["verify", file, `${file}.link`];
      },
    ],
  ])("returns 2 for %s", async (_what, words) => {
    expect((await audit(...words())).code).toBe(2);
  });

  it("cleans foreign text", async () => {
    const hostile = { time: "t", record: "intent", write: "w", tool: "\u001b[2Jx", principal: "a\nb" };
    writeFileSync(older, `${JSON.stringify(hostile)}\n`);
    const { text } = await audit("verify", older);
    expect(text).toContain("t x by a b (w)");
  });
});

describe("audit show", () => {
  const rows = async (...flags: string[]) => {
    const { text } = await audit("show", older, file, ...flags);
    return text
      .trimEnd()
      .split("\n")
      .slice(1)
      .map((row) => row.split(/\s+/).slice(0, 4));
  };
  const time = (second: number) => `2026-01-01T00:00:0${second}.000Z`;
  const first = [time(0), "user:0", "create_app", "ok"];
  const second = [time(1), "user:1", "create_connector", "ok"];
  const third = [time(2), "user:0", "create_app", "not_recorded"];
  const fourth = [time(3), "user:1", "create_connector", "ok"];

  it.each([
    [[], [first, second, fourth, third]],
    [
      ["--person", "USER:0"],
      [first, third],
    ],
    [
      ["--person", "1"],
      [second, fourth],
    ],
    [
      ["--tool", "create_app"],
      [first, third],
    ],
    [["--outcome", "not_recorded"], [third]],
    [["--outcome", "ok", "--person", "0"], [first]],
    [
      ["--since", time(1), "--until", time(2)],
      [second, third],
    ],
    [["--since", "2026-01-02"], []],
  ])("%j", async (flags, expected) => {
    expect(await rows(...flags)).toEqual(expected);
  });

  it("finds a person by subject and e-mail address", async () => {
    const caller = { issuer: "https://idp", subject: "00u1", email: "Jane@acme.example" };
    const record = {
      time: time(5),
      record: "outcome",
      write: "x",
      principal: "user:00u1",
      caller,
      outcome: "ok",
    };
    appendFileSync(file, `${JSON.stringify(record)}\n`);
    for (const person of ["jane@acme.example", "00u1", "user:00u1"])
      expect((await rows("--person", person)).map(([, who]) => who)).toEqual(["Jane@acme.example"]);
  });

  it("--json prints the unchanged lines", async () => {
    const { text } = await audit("show", older, "--json", "--tool", "create_connector");
    expect(
      text
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toMatchObject([{ write: "w1", outcome: "ok" }]);
  });
});

it("the built server has the command", async () => {
  const server = spawnServer(["audit", "verify", older, file]);
  expect(await server.exit).toBe(0);
  expect(server.stdout.join("\n")).toContain("Intact:");
});
