import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Arguments, COMMANDS, parseCommandLine } from "../../../src/cli/args.ts";

const PLAIN = { command: "stdio", named: false, sandbox: false, help: false, version: false, flags: {} };

/** The arguments that a shell would pass. */
const parse = (line: string) => parseCommandLine(line.split(" ").filter(Boolean));

describe("parseCommandLine", () => {
  it.each<readonly [string, Partial<Arguments>]>([
    ["", {}],
    ...COMMANDS.map((command) => [command, { command, named: true }] as const),
    ["--sandbox", { sandbox: true }],
    ["stdio --sandbox", { named: true, sandbox: true }],
    ["--sandbox stdio", { named: true, sandbox: true }],
    [
      "http --sandbox --host ::1 --port 80",
      { command: "http", named: true, sandbox: true, flags: { host: "::1", port: "80" } },
    ],
    ["http --port=0", { command: "http", named: true, flags: { port: "0" } }],
    ["--port=0 http", { command: "http", named: true, flags: { port: "0" } }],
    ["http --port 1 --port 2", { command: "http", named: true, flags: { port: "2" } }],
    ["sandbox --port 0", { command: "sandbox", named: true, flags: { port: "0" } }],
    ["--help", { help: true }],
    ["-h", { help: true }],
    ["demo --version", { command: "demo", named: true, version: true }],
    ["-v", { version: true }],
    ["-hv", { help: true, version: true }],
    ["help", { help: true }],
    ["help http", { command: "http", named: true, help: true }],
    ["help environment", { help: true, topic: "environment" }],
    ["version", { version: true }],
    ["doctor cursor", { command: "doctor", named: true, client: "cursor" }],
    [
      "init codex --client-id a@b.c/spc --secret-file s",
      { command: "init", named: true, client: "codex", clientId: "a@b.c/spc", secretFile: "s" },
    ],
    // The configuration judges the value.
    ["http --port=x", { command: "http", named: true, flags: { port: "x" } }],
  ])("%j", (line, expected) => {
    expect(parse(line)).toEqual({ ...PLAIN, ...expected });
  });

  it.each([
    ["htpp", ["unknown command htpp; did you mean http?"]],
    ["sanbox", ["unknown command sanbox; did you mean sandbox?"]],
    ["serve-everything", ["unknown command serve-everything"]],
    ["HTTPS", ["unknown command HTTPS; did you mean http?"]],
    ["stdio http", ["unexpected argument http"]],
    ["http --prt 1", ["http has no flag --prt; did you mean --port?"]],
    ["http --prot 1", ["http has no flag --prot; did you mean --port?"]],
    [
      "--verbose http --prot 1",
      ["http has no flag --verbose", "http has no flag --prot; did you mean --port?"],
    ],
    ["help htpp", ["unknown command htpp; did you mean http?"]],
    ["init cursor secret-token:conductorone.com:v1:x", ["unexpected argument ***"]],
    ["secret-token:conductorone.com:v1:x", ["unknown command ***"]],
    ["help env", ["unknown command env; did you mean environment?"]],
    ["init cursor --client-secret x", ["init has no flag --client-secret; did you mean --secret-file?"]],
    ["help enviroment", ["unknown command enviroment; did you mean environment?"]],
    ["help environment now", ["unexpected argument now"]],
    ["environment", ["unknown command environment"]],
    // Arguments of an unknown command are not checked.
    ["initt codex --dry-run", ["unknown command initt; did you mean init?"]],
    ["version now", ["unexpected argument now"]],
    ["init codex cursor", ["unexpected argument cursor"]],
    ["init codex --client-id", ["--client-id needs a value"]],
    ["http --client-id a@b.c/spc", ["http has no flag --client-id"]],
    ["stdio --port 1", ["stdio has no flag --port"]],
    // Without a command, stdio is what would run.
    ["--port 1", ["stdio has no flag --port"]],
    ["stdio --versoin", ["stdio has no flag --versoin; did you mean --version?"]],
    ["--versoin", ["unknown flag --versoin; did you mean --version?"]],
    ["demo --sandbox", ["demo has no flag --sandbox"]],
    ["sandbox --host ::1", ["sandbox has no flag --host"]],
    ["--sandbx", ["unknown flag --sandbx; did you mean --sandbox?"]],
    ["--sandbox=x", ["--sandbox takes no value"]],
    ["--sandbox=", ["--sandbox takes no value"]],
    ["--help=yes", ["--help takes no value"]],
    ["http --port", ["--port needs a value"]],
    ["http --port=", ["--port needs a value"]],
    ["http --host= --port=", ["--host needs a value", "--port needs a value"]],
    ["-x", ["unknown flag -x"]],
    ["http -- --sandbox", ["unexpected argument --sandbox"]],
    ["--client-secret=hunter22", ["unknown flag --client-secret"]],
    ["--__proto__", ["unknown flag --__proto__"]],
    ["--toString", ["unknown flag --toString"]],
  ])("%j is refused", (line, problems) => {
    const parsed = parse(line);
    expect([...("problems" in parsed ? parsed.problems : [])].sort()).toEqual([...problems].sort());
  });

  it.each([
    ["http --prt 1", "http"],
    ["doctr", undefined],
    ["--sandbx", undefined],
  ])("%j is explained by the help of %s", (line, command) => {
    expect(parse(line)).toEqual({ ...(command && { command }), problems: [expect.any(String)] });
  });

  it("reports every problem at once", () => {
    expect(parse("http extra --prt --sandbox=x --host")).toEqual({
      command: "http",
      problems: [
        "unexpected argument extra",
        "http has no flag --prt; did you mean --port?",
        "--sandbox takes no value",
        "--host needs a value",
      ],
    });
  });

  it("never throws, and either parses a line or says what is wrong with it", () => {
    const word = fc.oneof(
      fc.constantFrom(
        "stdio",
        "http",
        "--port",
        "--port=",
        "--host=x",
        "--sandbox",
        "-h",
        "--",
        "-",
        "--=",
        "-hv=3",
      ),
      fc.string({ maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (argv) => {
        const parsed = parseCommandLine(argv);
        if ("problems" in parsed) expect(parsed.problems.length).toBeGreaterThan(0);
        else expect(COMMANDS).toContain(parsed.command);
      }),
      { numRuns: 1_000 },
    );
  });
});
