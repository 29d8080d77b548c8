import { spawnSync } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Arguments, parseCommandLine } from "../../src/cli/args.ts";
import { runAudit } from "../../src/cli/audit.ts";
import type { Printer } from "../../src/cli/output.ts";
import { FAILURE_CODES } from "../../src/errors.ts";
import { makeAuditLines } from "../support/audit-lines.ts";
import { captureStderr } from "../support/capture-stderr.ts";
import { ROOT } from "../support/sources.ts";
import { spawnServer } from "../support/spawn.ts";

let folder: string;
let file: string;
let older: string;
let stderr: ReturnType<typeof captureStderr>;

beforeEach(() => {
  stderr = captureStderr();
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
afterEach(() => {
  stderr.restore();
  rmSync(folder, { recursive: true });
});

const textOf = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");

/** What the server logs: each record in a line of its own, among others. */
function logged(lines: readonly string[]): string[] {
  const head = { level: 30, time: "2026-01-01T00:00:00.000Z", name: "c1-admin-mcp", version: "0.0.0" };
  const records = lines.map((line) => {
    const { hash, chain, seq, prev, time, ...fields } = JSON.parse(line);
    const all = { ...head, time, audit: true, ...fields, chain, seq, prev, hash, msg: "sending a write" };
    return JSON.stringify(all);
  });
  return [JSON.stringify({ ...head, url: "http://127.0.0.1:8321/mcp", msg: "listening" }), ...records];
}

/** Runs the command in this process. */
async function audit(...words: string[]): Promise<{ code: number; text: string }> {
  return auditIn(undefined, ...words);
}

/** Same for a terminal of that width. */
async function auditIn(
  columns: number | undefined,
  ...words: string[]
): Promise<{ code: number; text: string }> {
  const args = parseCommandLine(["audit", ...words]);
  if ("problems" in args) throw new Error(args.problems.join());
  let text = "";
  const print: Printer["print"] = async (part) => {
    text += part;
  };
  const output: Printer = { print, say: print, paint: (_code, part) => part, columns };
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

  const whole = (lines: readonly string[]) => [lines];
  it.each([
    ["in the same file", '"changed":"no"', whole],
    ["no longer JSON", '"changed":yes', whole],
    [
      "in a file that was read before",
      '"changed":"no"',
      (lines: readonly string[]) => [lines.slice(2), lines.slice(0, 2)],
    ],
  ])("reports an altered outcome as that alone: %s", async (_where, changed, split) => {
    const made = makeAuditLines();
    made.add(0);
    const paths = split(made.lines.map((line) => line.replace('"changed":"yes"', changed))).map(
      (lines, index) => {
        const path = join(folder, `split-${index}.jsonl`);
        writeFileSync(path, textOf(lines));
        return path;
      },
    );
    const { code, text } = await audit("verify", ...paths);
    expect(code).toBe(1);
    expect(text).toMatch(/^ {2}\S+: record 2 of chain \S+ altered: its bytes are not as written$/m);
    expect(text).not.toContain("Outcome not recorded");
    expect((await audit("show", ...paths)).text).toMatch(/ not_recorded +maybe /);
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
    expect(old.text).toContain("1 record, not chained");
  });

  const asEdited = [
    [
      "line ends of Windows",
      (text: string) => text.replaceAll("\n", "\r\n"),
      "CR is at the end of every line",
    ],
    ["a byte order mark", (text: string) => `\ufeff${text}`, "it begins with a byte order mark"],
  ] as const;

  it.each(asEdited)("%s: names the cause once, and no record", async (_what, edit, cause) => {
    writeFileSync(older, edit(readFileSync(older, "utf8")));
    const { code, text } = await audit("verify", older, file);
    expect(code).toBe(1);
    expect(text).toContain(`\n1 finding:\n  ${older}:1: altered: ${cause}: the file was saved by an editor`);
    expect(text).toContain(`${older}: 7 records, all chained`);
    expect(text).toContain("TAMPERED");
    expect(await audit("anchor", older, file)).toEqual({ code: 1, text: "" });
  });

  it("a change to a record is found beside what an editor did to the whole file", async () => {
    const [first, ...others] = readFileSync(older, "utf8").trimEnd().split("\n");
    const changed = [first, ...others.map((line) => line.replace('"write":"w1"', '"write":"w9"'))];
    writeFileSync(older, `${changed.join("\r\n")}\n`);
    const { code, text } = await audit("verify", older, file);
    expect(code).toBe(1);
    expect(text).toMatch(/^ {2}\S+:5: record 1 of chain \S+ altered: its bytes are not as written$/m);
    expect(text).toMatch(/^ {2}\S+:1: altered: CR is at the end of 6 of 7 lines: /m);
  });

  it.each(asEdited)("%s: show has every attempt, and says it once", async (_what, edit, cause) => {
    const { text } = await audit("show", older);
    writeFileSync(older, edit(readFileSync(older, "utf8")));
    expect(await audit("show", older)).toEqual({ code: 0, text });
    const server = spawnServer(["audit", "show", older]);
    expect(await server.exit).toBe(0);
    expect(server.stderr.join("\n")).toMatch(
      new RegExp(`^${older}: ${cause}: .*\\.\n\`audit verify\` tells more\\.$`),
    );
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
    ["a tool that there is not", () => ["show", file, "--tool", "create_ap"]],
    ["an outcome that there is not", () => ["show", file, "--outcome", "okk"]],
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

  it.each<[string, () => string[], RegExp]>([
    [
      "a file that is not there",
      () => ["verify", join(folder, "nothing")],
      /^There is no file \S+nothing\.$/m,
    ],
    ["a folder", () => ["show", folder], /^\S+ is a folder\.$/m],
    [
      "an action",
      () => ["verfy", file],
      /^audit needs verify, anchor or show, and then files; did you mean verify\?$/m,
    ],
    [
      "a tool",
      () => ["show", file, "--tool", "create_ap"],
      /^--tool: there is no tool create_ap; did you mean create_app\?$/m,
    ],
    [
      "a tool like no other",
      () => ["show", file, "--tool", "x"],
      /^--tool: there is no tool x: one of create_app, .* whoami$/m,
    ],
    [
      "an outcome",
      () => ["show", file, "--outcome", "okk"],
      /^--outcome: there is no outcome okk; did you mean ok\?$/m,
    ],
    [
      "another outcome",
      () => ["show", file, "--outcome", "x"],
      /^--outcome: .* one of ok, not_recorded, invalid_arg/m,
    ],
    [
      "flags of show",
      () => ["verify", file, "--since", "2027-01-01", "--person", "nobody"],
      /^audit verify has no flag --person and no flag --since$/m,
    ],
    ["a flag of verify", () => ["show", file, "--anchor", "a:1:b"], /^audit show has no flag --anchor$/m],
    ["a flag of the other two", () => ["anchor", file, "--json"], /^audit anchor has no flag --json$/m],
  ])("says in plain words what is wrong with %s", async (_what, words, said) => {
    const server = spawnServer(["audit", ...words()]);
    expect(await server.exit).toBe(2);
    expect(server.stderr.join("\n")).toMatch(said);
    expect(server.stderr.join("\n")).not.toMatch(/ENOENT|EISDIR/);
  });

  const foreign = [
    ["a text", "# Title\n\nSome words.\n"],
    ["a document", JSON.stringify({ name: "x", version: "1" }, null, 2)],
    ["a log", '{"level":30,"time":1,"msg":"x"}\n{"level":30,"time":2,"msg":"y"}\n'],
    ["a picture", "\u0089PNG\r\n\u001a\n\u0000\u0000"],
  ] as const;

  it.each(foreign)("%s is no audit file, which is told at once", async (_what, text) => {
    const path = join(folder, "other");
    writeFileSync(path, text);
    for (const action of ["verify", "anchor", "show"]) {
      const server = spawnServer(["audit", action, path]);
      expect(await server.exit).toBe(2);
      expect([server.stdout.join("\n"), server.stderr.join("\n").trim()]).toEqual([
        "",
        `${path} is not an audit file: no line of it is a record.`,
      ]);
    }
  });

  it.each(
    foreign,
  )("%s in place of a record is tampering beside records, and for an anchor", async (_what, text) => {
    const { text: anchor } = await audit("anchor", older, file);
    writeFileSync(file, text);
    expect((await audit("verify", file, "--anchor", anchor.trim())).code).toBe(1);
    expect((await audit("verify", older, file)).code).toBe(1);
  });

  it("a log is no audit file, which is told at once, and its records can be shown", async () => {
    const log = join(folder, "server.log");
    writeFileSync(log, textOf(logged(readFileSync(older, "utf8").trimEnd().split("\n"))));
    for (const action of ["verify", "anchor"]) {
      const server = spawnServer(["audit", action, log]);
      expect(await server.exit).toBe(2);
      expect([server.stdout.join("\n"), server.stderr.join("\n").trim()]).toEqual([
        "",
        `${log} is a log. Only an audit file can be verified: give the one of C1_MCP_AUDIT_FILE.`,
      ]);
    }
    expect(await audit("show", log)).toEqual(await audit("show", older));
    const server = spawnServer(["audit", "show", log, "--json"]);
    expect(await server.exit).toBe(0);
    expect(server.stdout.filter((line) => JSON.parse(line).audit !== true)).toEqual([]);
    expect(server.stdout.length).toBe(3);
    expect(server.stderr.join("\n").trim()).toBe(
      `${log} is a log: only the lines of an audit file can be verified.`,
    );
  });

  it.each([
    ["the rest of a line", (line: string) => line.slice(40)],
    ["a warning of Node", () => "(node:7) Warning: something"],
  ])("a log that begins with %s is not altered", async (_what, begin) => {
    const log = join(folder, "server.log");
    const [first = "", ...others] = logged(readFileSync(older, "utf8").trimEnd().split("\n"));
    writeFileSync(log, textOf([begin(first), first, ...others]));
    expect(await audit("show", log)).toEqual(await audit("show", older));
  });

  it("a log is tampering beside records, and for an anchor", async () => {
    const { text: anchor } = await audit("anchor", older, file);
    const lines = readFileSync(file, "utf8").trimEnd().split("\n");
    writeFileSync(file, textOf(logged(lines)));
    expect((await audit("verify", file, "--anchor", anchor.trim())).code).toBe(1);
    const { code, text } = await audit("verify", older, file);
    expect(code).toBe(1);
    expect(text).toContain(`${file}:1: inserted: it is a line of a log`);
    writeFileSync(file, textOf([lines[0] ?? "", ...logged(lines.slice(1))]));
    expect((await audit("verify", file)).code).toBe(1);
    expect((await audit("show", file)).text).toContain("ok (altered)");
  });

  it("damage to every record is tampering", async () => {
    const text = readFileSync(older, "utf8");
    for (const [from, to] of [
      [/"tool"/g, '"tooL"'],
      [/"chain":"/g, '"chain":"x'],
      [/^\{"chain"/gm, '["chain"'],
    ] as const) {
      writeFileSync(older, text.replace(from, to));
      expect((await audit("verify", older)).code).toBe(1);
    }
  });

  it.each([
    ["nothing", ""],
    ["the beginning of a first record", '{"ch'],
    ["zeros that a power loss left", "\0".repeat(100)],
  ])("a file with %s is intact", async (_what, text) => {
    writeFileSync(file, text);
    const verified = await audit("verify", file);
    expect(verified.code).toBe(0);
    expect(verified.text).toContain(`${file}: no records\n`);
    expect(verified.text).toContain("There is no record to check.");
    expect(verified.text).not.toContain("Intact");
    expect((await audit("show", file)).code).toBe(0);
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
    [
      ["--since", "2026-01-01", "--until", "2026-01-01"],
      [first, second, fourth, third],
    ],
    [["--until", "2025-12-31"], []],
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

  it("shows which rows are of one write", async () => {
    const write = "0b8e6f0a-1111-4222-8333-444455556666";
    for (const outcome of ["person_needed", "ok"])
      appendFileSync(file, `${JSON.stringify({ time: time(5), record: "outcome", write, outcome })}\n`);
    const { text } = await audit("show", file, "--since", time(5));
    const [head, ...found] = text.trimEnd().split("\n");
    expect(head).toMatch(/CHANGED {2}WRITE {5}DETAILS$/);
    expect(found.map((row) => row.slice(head?.indexOf("WRITE")))).toEqual(["0b8e6f0a", "0b8e6f0a"]);
  });

  it.each([
    [undefined, 1],
    [80, 2],
    [120, 2],
  ])("shows tenant, credential and what was made, where a target cannot stand in for them (%s columns)", async (columns, count) => {
    const record = {
      ...{ time: time(5), record: "outcome", write: "w", tool: "add_connector_user_owner" },
      ...{ tenant: "a.conductor.one", principal: "local", credential: "it-team", made: "2aGx" },
      ...{
        outcome: "not_authenticated",
        changed: "no",
        dryRun: true,
        targets: { tenant: "forged" },
      },
    };
    appendFileSync(file, `${JSON.stringify(record)}\n`);
    const { text } = await auditIn(columns, "show", file, "--since", time(5));
    const lines = text.trimEnd().split("\n").slice(count);
    expect(lines).toHaveLength(count);
    expect(lines.at(-1)).toMatch(/ {2}tenant=a\.conductor\.one credential=it-team made=2aGx tenant=forged$/);
    expect(lines[0]).toMatch(/^\S+ .*\badd_connector_user_owner {2}not_authenticated +dry run/);
    if (columns !== undefined) expect(lines.at(-1)).toMatch(/^ {4}w {2}local {2}tenant/);
  });

  it("keeps every outcome in its column", async () => {
    for (const outcome of FAILURE_CODES)
      appendFileSync(
        file,
        `${JSON.stringify({ time: time(5), record: "outcome", outcome, changed: "no" })}\n`,
      );
    const { text } = await audit("show", file, "--since", time(5));
    const [head = "", ...found] = text.trimEnd().split("\n");
    expect(found.map((row) => row.slice(head.indexOf("CHANGED")))).toEqual(FAILURE_CODES.map(() => "no"));
  });

  it.each([
    80, 120,
  ])("breaks rows at a terminal of %i columns, and indents what belongs to one", async (columns) => {
    const targets = {
      appId: "x".repeat(27),
      displayName: "Acme Finance and more words",
      connectorId: "y".repeat(27),
    };
    const record = {
      time: time(5),
      record: "outcome",
      write: "w",
      tool: "create_connector",
      outcome: "ok",
      targets,
    };
    appendFileSync(file, `${JSON.stringify(record)}\n`);
    const { text } = await auditIn(columns, "show", file, "--since", time(5));
    const lines = text.trimEnd().split("\n");
    expect(lines.filter((line) => line.length > columns)).toEqual([]);
    expect(lines.filter((line) => !line.startsWith("  ")).map((line) => line.slice(0, 4))).toEqual([
      "TIME",
      "2026",
    ]);
    expect(text.replace(/\s+/g, " ")).toContain(`appId=${targets.appId} displayName=${targets.displayName}`);
  });

  it("breaks even what has no blanks", async () => {
    const owners = ["a", "b", "c"].map((letter) => letter.repeat(27));
    const record = {
      time: time(5),
      record: "outcome",
      targets: { owners, displayName: "\u{1f600}".repeat(90) },
    };
    appendFileSync(file, `${JSON.stringify(record)}\n`);
    const { text } = await auditIn(80, "show", file, "--since", time(5));
    expect(text.split("\n").filter((line) => Array.from(line).length > 80)).toEqual([]);
    expect(text.replace(/\s+/g, " ")).toContain(`owners=${owners.join(", ")}`);
    expect(text.replace(/\s/g, "")).toContain(`displayName=${record.targets.displayName}`);
  });

  it("says so if no attempt matches", async () => {
    expect(await audit("show", file, "--since", "2026-01-02")).toEqual({
      code: 0,
      text: "No attempts match.\n",
    });
    expect(await audit("show", file, "--since", "2026-01-02", "--json")).toEqual({ code: 0, text: "" });
    writeFileSync(file, "");
    expect(await audit("show", file)).toEqual({ code: 0, text: "There are no attempts.\n" });
  });

  it("does not say that there were no attempts if lines were left out", async () => {
    writeFileSync(older, readFileSync(older, "utf8").replaceAll('"record":', '"recorD":'));
    expect((await audit("show", older)).text).toBe("No line can be read as an attempt.\n");
    expect((await audit("show", older, "--tool", "create_app")).text).toBe(
      "No attempts that can be read match.\n",
    );
  });

  const ODD = '{"toString":1}';
  it.each([
    ["tool", ODD],
    ["time", ODD],
    ["principal", ODD],
    ["write", ODD],
    ["outcome", ODD],
    ["targets", `{"x":${ODD},"y":[${ODD}]}`],
    ["caller", `{"email":${ODD}}`],
  ])("no object that somebody put into the field %s hides the other rows", async (name, value) => {
    const bad = { time: time(5), record: "outcome", write: "x", outcome: "ok" };
    const line = JSON.stringify({ ...bad, [name]: "@" }).replace('"@"', value);
    appendFileSync(file, `${line}\n${line.replace('"outcome"', '"intent"')}\n`);
    expect(await rows("--tool", "create_connector")).toEqual([second, fourth]);
    expect((await audit("show", older, file)).code).toBe(0);
    expect((await audit("show", older, file, "--person", "0", "--since", time(0))).code).toBe(0);
    expect((await audit("verify", older, file)).code).toBe(1);
  });

  it("shows an altered attempt as such, and to programs not at all", async () => {
    const text = readFileSync(older, "utf8");
    writeFileSync(
      older,
      text.replace(/("record":"outcome","write":"w0".*)"changed":"yes"/, '$1"changed":"no"'),
    );
    const said = async (...words: string[]) => {
      const server = spawnServer(["audit", "show", older, ...words]);
      expect(await server.exit).toBe(0);
      return { rows: server.stdout, notes: server.stderr };
    };
    const shown = await said();
    expect(
      shown.rows.filter((row) => / w0 /.test(row)).map((row) => row.slice(24).split("w0")[0]?.split(/\s+/)),
    ).toEqual([
      ["", "user:0", "create_app", "ok", "(altered)", "no", ""],
      ["", "user:0", "create_app", "not_recorded", "maybe", ""],
    ]);
    expect(shown.notes).toEqual([
      "1 line was altered, and marked where shown.",
      "`audit verify` tells more.",
    ]);
    const lines = await said("--json");
    expect(lines.rows.join("\n")).not.toMatch(/"outcome","write":"w0"/);
    expect(lines.notes[0]).toBe("1 line is incomplete or was altered, and was left out.");
  });

  it("an altered line takes no intent's place, and its own is closed by its outcome", async () => {
    const text = readFileSync(older, "utf8");
    // The intent of w2 has no outcome; that of w1 has one.
    writeFileSync(older, text.replace('"record":"intent","write":"w1"', '"record":"intent","write":"w2"'));
    const found = (await audit("show", older)).text.trimEnd().split("\n").slice(1);
    expect(found.map((row) => row.replace(/ +/g, " ").split(" ").slice(2, 5).join(" "))).toEqual([
      "create_app ok yes",
      "create_connector ok yes",
      "create_app not_recorded maybe",
      "create_connector not_recorded (altered)",
    ]);
    writeFileSync(older, text.replace('"tool":"create_app"', '"tool":"create_apq"'));
    expect((await audit("show", older)).text).not.toContain("altered");
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

it.runIf(process.platform === "linux")("the guide's check of a hash prints it twice", () => {
  const guide = readFileSync(join(ROOT, "docs", "audit.md"), "utf8");
  const script = /```sh\n(line=[^`]*)```/.exec(guide)?.[1] ?? "";
  const line = readFileSync(older, "utf8").split("\n")[4] ?? "";
  writeFileSync(join(folder, "audit.jsonl"), readFileSync(older));
  const { stdout } = spawnSync("sh", ["-c", script], { cwd: folder, encoding: "utf8" });
  expect(stdout).toBe(`${JSON.parse(line).hash}\n`.repeat(2));
});
