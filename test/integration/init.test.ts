import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Interrupted } from "../../src/cli/ask-terminal.ts";
import { CLIENT_NAMES, type ClientName } from "../../src/init/clients.ts";
import { findNode } from "../../src/init/find-node.ts";
import { findConfigFile, type Surroundings } from "../../src/init/places.ts";
import { readEntry } from "../../src/init/read-entry.ts";
import type { InitRequest } from "../../src/init/request.ts";
import { runInit } from "../../src/init/run.ts";
import { startSandbox } from "../../src/sandbox/start.ts";
import { runHere } from "../support/commands-here.ts";
import { killSpawned, MAIN, type Spawned, spawnServer } from "../support/spawn.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "c1-init-home-"));
});
afterEach(async () => {
  await killSpawned();
  rmSync(home, { recursive: true, force: true });
});

const environment = () => ({
  HOME: home,
  CONDUCTORONE_CLIENT_SECRET: "canary",
  CONDUCTORONE_ACCESS_TOKEN: "canary",
});

/** Runs the built server. */
async function init(...args: string[]) {
  const { exit, stdout, stderr } = spawnServer(["init", ...args], environment());
  return report({ code: await exit, stdout, stderr });
}

/** The same in this process, where only what is printed is of interest. */
async function initHere(...args: string[]) {
  return report(await runHere(["init", ...args], environment()));
}

function report({ code, stdout, stderr }: { code: unknown } & Pick<Spawned, "stdout" | "stderr">) {
  const [out, err] = [stdout.join("\n"), stderr.join("\n")];
  expect(out + err).not.toContain("canary");
  return { code, out, err };
}

const path = () => join(home, ".cursor", "mcp.json");

describe("init", () => {
  it("sets up, recognises its entry, and undoes it", async () => {
    expect(await init("cursor")).toMatchObject({
      code: 0,
      err: "",
      out: expect.stringContaining("c1 is set up"),
    });
    const text = readFileSync(path(), "utf8");
    expect(JSON.parse(text)).toMatchObject({
      mcpServers: { c1: { command: expect.stringMatching(/^\/.*node$/), args: [MAIN] } },
    });
    expect(text).not.toContain("canary");
    expect(await init("cursor")).toMatchObject({ code: 0, out: expect.stringContaining("already set up") });
    expect(readFileSync(path(), "utf8")).toBe(text);
    expect(await init("cursor", "--remove")).toMatchObject({ code: 0 });
    expect(existsSync(join(home, ".cursor"))).toBe(false);
  });

  it("writes an entry that starts this server", async () => {
    await init("cursor", "--sandbox");
    const { mcpServers } = JSON.parse(readFileSync(path(), "utf8")) as {
      mcpServers: { c1: { args: string[] } };
    };
    const [script, ...args] = mcpServers.c1.args;
    expect(script).toBe(MAIN);
    const server = spawnServer(args);
    await server.initialize();
    expect((await server.call("whoami", {})).value).toMatchObject({ tenant: "sandbox" });
  });

  it("leaves a file alone that it cannot parse: exit 1, the position on stderr, nothing on stdout", async () => {
    mkdirSync(join(home, ".cursor"));
    writeFileSync(path(), '{\n  "mcpServers": {,}\n}');
    const { code, out, err } = await init("cursor");
    expect([code, out]).toEqual([1, ""]);
    expect(err).toContain("line 2, column 18");
    expect(readFileSync(path(), "utf8")).toBe('{\n  "mcpServers": {,}\n}');
  });

  it.each(["ask", "askHidden"] as const)("interrupted in %s: says that nothing was changed", async (at) => {
    const interrupt = async () => {
      throw new Interrupted();
    };
    const asker = { ask: async () => "otter@acme.conductor.one/pcc", askHidden: interrupt, [at]: interrupt };
    const { code, stdout, stderr } = await runHere(["init", "claude-desktop"], { HOME: home }, asker);
    expect([code, stdout, stderr]).toEqual([130, [], ["Nothing was changed."]]);
    expect(readdirSync(home)).toEqual([]);
  });

  it.each([
    ["another server's", '{"mcpServers":{"c1":{"command":"foo"}}}', []],
    ["one that somebody edited, with another id", undefined, ["heron@acme.conductor.one/pcc"]],
  ])("asks for no secret if it must leave the entry: %s", async (_whose, text, answers) => {
    const file = join(home, ".config", "Claude", "claude_desktop_config.json");
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text ?? "");
    if (text === undefined) {
      const id = ["--client-id", "otter@acme.conductor.one/pcc", "--secret-file", "/s"];
      await initHere("claude-desktop", ...id);
      writeFileSync(file, readFileSync(file, "utf8").replace('"args"', '"cwd": "/", "args"'));
    }
    const before = readFileSync(file, "utf8");
    const left = [...answers];
    const ask = async (question: string) => left.shift() ?? expect.fail(`asked for nothing: ${question}`);
    const asker = { ask, askHidden: async (question: string) => expect.fail(`asked: ${question}`) };
    const { code, stdout, stderr } = await runHere(["init", "claude-desktop"], { HOME: home }, asker);
    expect([code, stdout, left]).toEqual([1, [], []]);
    expect(stderr.join("\n")).toMatch(/^\S+ was left as it is: .*--force/);
    expect(readFileSync(file, "utf8")).toBe(before);
  });

  it("--dry-run writes nothing", async () => {
    expect((await init("cursor", "--dry-run")).out).toContain('+    "c1": {');
    expect(existsSync(path())).toBe(false);
  });

  it.each(CLIENT_NAMES)("--print %s shows the entry and writes nothing", async (client) => {
    const { code, out } = await initHere(client, "--print");
    expect(code).toBe(0);
    expect(out).toContain(MAIN);
    if (client === "codex") expect(out).toContain("[mcp_servers.c1]");
    else expect(JSON.parse(out)).toBeTruthy();
    expect(existsSync(join(home, ".cursor"))).toBe(false);
  });

  it("--print says on stderr what is left to fill in, and how the flags do it", async () => {
    const flags =
      "--client-id ID --secret-file PATH writes the id and the path of the secret's file into the entry.";
    const secretFile = join(home, ".config", "c1-admin-mcp", "client-secret");
    const put = `Put the client secret, and nothing else, into the file ${secretFile}`;
    const desktop = await initHere("claude-desktop", "--print");
    expect(desktop.out).toContain(`\${CONDUCTORONE_CLIENT_ID}`);
    expect(desktop.err.split("\n")).toEqual([
      `Replace \${CONDUCTORONE_CLIENT_ID} with your client id, which is not a secret.`,
      expect.stringContaining(put),
      `Or: ${flags}`,
    ]);
    expect((await initHere("--print")).err).toBe(`If your client does not fill in \${…}: ${flags}`);
    const half = await initHere("claude-desktop", "--print", "--client-id", "otter@acme.conductor.one/pcc");
    expect(half.err).toMatch(/^Put the client secret, .*$/);
    for (const line of [["cursor"], ["claude-desktop", "--sandbox"], ["--sandbox"]])
      expect((await initHere(...line, "--print")).err).toBe("");
  });

  it("--print shows what the entry holds in place of placeholders, as a plain init keeps it", async () => {
    const [id, secretFile] = ["otter@acme.conductor.one/pcc", join(home, "secret")];
    writeFileSync(secretFile, "canary");
    const given = ["--client-id", id, "--secret-file", secretFile];
    for (const client of ["claude-desktop", "cursor"]) {
      const missing = (await initHere(client, "--print")).out;
      expect(missing).not.toContain(id);
      await initHere(client, ...given);
      const printed = await initHere(client, "--print");
      expect(printed.out).toBe((await initHere(client, "--print", ...given)).out);
      expect(printed.out).toContain(id);
      expect(printed.err).not.toContain("Replace");
      const other = await initHere(client, "--print", "--client-id", "heron@acme.conductor.one/pcc");
      expect(other.out).toBe(printed.out.replace(id, "heron@acme.conductor.one/pcc"));
      expect((await initHere(client, "--print", "--sandbox")).out).not.toContain(id);
    }
    writeFileSync(path(), "{");
    expect(await initHere("cursor", "--print")).toMatchObject({
      code: 0,
      out: expect.not.stringContaining(id),
    });
  });

  it("--print names what the present entry has besides, but no value", async () => {
    const told = async (...more: string[]) => (await initHere("cursor", "--print", ...more)).err;
    const change = (from: RegExp, to: string) => {
      const text = readFileSync(path(), "utf8");
      expect(text).toMatch(from);
      writeFileSync(path(), text.replace(from, to));
    };
    const besides = "The present entry also has what is not printed, to be kept if you need it:";
    await initHere("cursor");
    expect(await told()).toBe("");
    change(
      /"env": ?\{/,
      '"timeout":9,"env":{"C1_MCP_WRITES":"confirm","C1_MCP_SECRET_OKTA":"canary","CONDUCTORONE_ACCESS_TOKEN":"canary",',
    );
    expect(await told()).toBe(
      `${besides} timeout, C1_MCP_WRITES, C1_MCP_SECRET_OKTA, CONDUCTORONE_ACCESS_TOKEN.`,
    );
    change(/"\$\{env:CONDUCTORONE_CLIENT_SECRET\}"/, '"canary"');
    expect(await told()).toMatch(/CONDUCTORONE_ACCESS_TOKEN, CONDUCTORONE_CLIENT_SECRET\.$/);
    expect(await told("--client-id", "otter@acme.conductor.one/pcc")).not.toContain("CLIENT_SECRET.");
    expect((await initHere("--print")).err).not.toContain(besides);
    await initHere("claude-desktop");
    const desktop = join(home, ".config", "Claude", "claude_desktop_config.json");
    writeFileSync(desktop, readFileSync(desktop, "utf8").replace(`\${CONDUCTORONE_CLIENT_ID}`, "canary"));
    expect((await initHere("claude-desktop", "--print")).err).toContain(`${besides} CONDUCTORONE_CLIENT_ID.`);
    writeFileSync(path(), '{"mcpServers":{"c1":{"command":"npx","env":{"TOKEN":"canary"}}}}');
    expect(await told()).toBe("");
  });

  it("claude-code: warns of an entry that `claude mcp add` wrote for the project, which counts more", async () => {
    const own = join(home, ".claude.json");
    const run = async (...flags: string[]) => {
      const child = spawnServer(["init", "claude-code", ...flags], { HOME: home }, { cwd: home });
      return [await child.exit, child.stdout.join("\n").includes("does not use")];
    };
    const added = { command: "node", args: [MAIN, "--sandbox"] };
    writeFileSync(own, JSON.stringify({ mcpServers: { c1: added } }));
    expect(await run("--dry-run")).toEqual([0, false]);
    writeFileSync(own, JSON.stringify({ projects: { [home]: { mcpServers: { c1: added } } } }));
    expect(await run("--dry-run")).toEqual([0, true]);
    const { exit, stdout } = spawnServer(["init", "claude-code"], { HOME: home }, { cwd: home });
    expect([await exit, stdout[1]]).toEqual([
      0,
      `Claude Code does not use this entry beside the one in ${own} for ${home}: remove that by \`claude mcp remove c1 -s local\`, or this one.`,
    ]);
    expect(await run()).toEqual([0, true]);
    expect(await run("--remove")).toEqual([0, false]);
    writeFileSync(own, "{");
    expect(await run()).toEqual([0, false]);
  });

  it("warns of a client id with another ending than C1's", async () => {
    const told = "The client id ends in /spx; with this kind of credential C1's ids end in /pcc or /spc.";
    const id = ["--client-id", "otter@acme.conductor.one/spx"];
    expect((await initHere("cursor", ...id)).out).toContain(told);
    expect((await initHere("cursor", ...id, "--print")).err).toContain(told);
    expect((await initHere("cursor", "--client-id", "otter@acme.conductor.one/spc")).out).not.toContain(told);
  });

  it("--print without a client shows the form that most clients read", async () => {
    expect(JSON.parse((await init("--print")).out)).toMatchObject({ mcpServers: { c1: { args: [MAIN] } } });
  });

  it.each([
    [["cursr"], "did you mean cursor?"],
    [["cursr"], "init does not know cursr; did you mean cursor?"],
    [
      ["emacs"],
      "init does not know emacs: it knows claude-desktop, claude-code, cursor, vscode, codex, gemini",
    ],
    [["claude"], "init does not know claude; did you mean claude-desktop or claude-code?"],
    [["Claude"], "init does not know Claude; did you mean claude-desktop or claude-code?"],
    [["gemini-cli"], "init does not know gemini-cli; did you mean gemini?"],
    [
      ["cursor", "--print", "--remove"],
      "--print writes nothing, and so goes with neither --remove nor --force",
    ],
    [
      ["cursor", "--print", "--force"],
      "--print writes nothing, and so goes with neither --remove nor --force",
    ],
    [["emacs", "--print"], "; for any other client, init --print shows an entry to paste"],
    [[], "init needs a client"],
    [["cursor", "vscode"], "unexpected argument vscode"],
    [["cursor", "--dryrun"], "did you mean --dry-run?"],
  ])("%j is refused with exit code 2", async (args, reason) => {
    const { code, out, err } = await initHere(...args);
    expect([code, out]).toEqual([2, ""]);
    expect(err).toContain(reason);
  });

  it("takes a credential from the command line, or refuses it by its form", async () => {
    const secretFile = join(home, "secret");
    writeFileSync(secretFile, "canary");
    const good = ["cursor", "--client-id", "otter@127.0.0.1:9/spc", "--secret-file", secretFile];
    expect(await init(...good)).toMatchObject({
      code: 0,
      out: expect.stringContaining(`The secret in ${secretFile} does not look like a client secret of C1`),
    });
    expect(readFileSync(path(), "utf8")).toContain('"CONDUCTORONE_CLIENT_ID": "otter@127.0.0.1:9/spc"');
    const text = readFileSync(path(), "utf8");
    for (const bad of [
      ["--client-id", "secret-token:canary"],
      ["--client-id", "otter"],
      ["--secret-file", secretFile],
    ]) {
      const { code, err } = await initHere("cursor", ...bad);
      expect([code, err]).toEqual([2, expect.stringMatching(/^Nothing was changed: .*client.id/)]);
    }
    expect(readFileSync(path(), "utf8")).toBe(text);
  });
});

describe("doctor for a client", () => {
  function at(): Surroundings {
    const env = { HOME: home };
    const node = findNode(process.execPath, env);
    return { platform: process.platform, env, home, cwd: process.cwd(), node };
  }

  /** Writes the entry as the command does, in this process. */
  function setUp(client: ClientName, more: Partial<InitRequest> = {}): void {
    const switches = { sandbox: false, dryRun: false, remove: false, force: false };
    const request = { client, script: MAIN, at: at(), now: new Date(), ...switches, ...more };
    expect(runInit(request).ok).toBe(true);
  }

  async function doctor(client: string, env = {}) {
    const { code, stdout, stderr } = await runHere(["doctor", client], { HOME: home, ...env });
    expect(stderr.filter((line) => !line.startsWith("{"))).toEqual([]);
    return { code, out: stdout.join("\n") };
  }

  it("examines the entry, and not this terminal's variables", async () => {
    setUp("cursor", { sandbox: true });
    const { code, out } = await doctor("cursor", { C1_MCP_TOOLS: "no_such_tool" });
    expect(out).toMatch(/^Tenant: sandbox$/m);
    expect(out).toMatch(new RegExp(`^ok +entry +the entry in ${path()}$`, "m"));
    expect(code).toBe(0);
  });

  it.each([
    ["a misspelt flag", ["--sandbox", "--foo"], / starts the server wrongly: unknown flag --foo$/m],
    ["another command", ["http"], / starts http, which serves no client over stdio$/m],
    ["only help", ["--help"], / starts --help, which serves no client over stdio$/m],
  ])("judges what an entry starts the server with: %s", async (_what, words, told) => {
    setUp("cursor", { sandbox: true });
    const file = JSON.parse(readFileSync(path(), "utf8")) as { mcpServers: { c1: { args: string[] } } };
    file.mcpServers.c1.args.splice(1, 1, ...words);
    writeFileSync(path(), JSON.stringify(file));
    const { code, out } = await doctor("cursor");
    expect([code, out]).toEqual([1, expect.stringMatching(told)]);
  });

  it.each<[ClientName, string, RegExp | undefined]>([
    ["cursor", "", undefined],
    ["cursor", '"disabled": false,', undefined],
    ["cursor", '"disabled": true,', /^warn +entry +.* has "disabled": true: Cursor may not start it$/m],
    [
      "claude-desktop",
      '"enabled": false,',
      /^warn .* has "enabled": false: Claude Desktop may not start it$/m,
    ],
    ["gemini", '"disabled": true,', undefined],
    ["codex", "enabled = true", undefined],
    ["codex", "enabled = false", /^fail +entry +.* has enabled = false: Codex does not start it$/m],
  ])("says of %s whether it starts an entry with %j", async (client, words, told) => {
    setUp(client, { sandbox: true });
    const file = findConfigFile(client, at());
    writeFileSync(file, readFileSync(file, "utf8").replace(/^.*\bcommand\b/m, `${words}\n$&`));
    const { code, out } = await doctor(client);
    expect(code).toBe(told?.source.startsWith("^fail") ? 1 : 0);
    expect(out).toMatch(told ?? /^ok +entry/m);
    expect(out.includes("start it")).toBe(told !== undefined);
  });

  it("says that Gemini CLI starts no entry that its settings exclude", async () => {
    setUp("gemini", { sandbox: true });
    const file = findConfigFile("gemini", at());
    const settings = JSON.parse(readFileSync(file, "utf8")) as object;
    for (const [excluded, expected] of [
      [["other"], 0],
      [["other", "C1"], 1],
    ]) {
      writeFileSync(file, JSON.stringify({ ...settings, mcp: { excluded } }));
      const { code, out } = await doctor("gemini");
      expect([code, / is listed under "mcp\.excluded": Gemini CLI does not start it$/m.test(out)]).toEqual([
        expected,
        expected === 1,
      ]);
    }
  });

  it.each([
    ["home", "settings.json", '{ "disabledMcpjsonServers": ["c1"] }', true],
    [
      "project",
      "settings.json",
      '{ "disabledMcpjsonServers": ["a", "c1"], "enabledMcpjsonServers": ["c1"] }',
      true,
    ],
    ["project", "settings.local.json", '{ "disabledMcpjsonServers": ["c1"] }', true],
    ["project", "settings.local.json", '{ "disabledMcpjsonServers": ["C1", "c10"] }', false],
    ["project", "settings.local.json", '{ "disabledMcpjsonServers": "c1" }', false],
    ["project", "settings.local.json", '{ "disabledMcpjsonServers": ["c1", 2] }', false],
    ["project", "settings.local.json", '{ "disabledMcpjsonServers": ["c1"], } // not JSON', false],
    ["project", "settings.local.json", "null", false],
  ])("says that Claude Code starts no entry that its settings reject: %s/.claude/%s %s", async (where, name, text, isRejected) => {
    const cwd = join(home, "project");
    mkdirSync(cwd);
    const surroundings = { ...at(), cwd };
    const switches = { sandbox: true, dryRun: false, remove: false, force: false };
    runInit({ client: "claude-code", script: MAIN, at: surroundings, now: new Date(), ...switches });
    const folder = join(where === "home" ? home : cwd, ".claude");
    mkdirSync(folder);
    writeFileSync(join(folder, name), text);
    const { off } = readEntry("claude-code", surroundings);
    const words = `is listed under "disabledMcpjsonServers" in ${join(folder, name)}`;
    expect(off).toEqual(isRejected ? { words, isObeyed: true } : undefined);
    const again = runInit({
      client: "claude-code",
      script: MAIN,
      at: surroundings,
      now: new Date(),
      ...switches,
    });
    expect(again.lines.filter((line) => line.includes("does not start it"))).toEqual(
      isRejected ? [`The entry ${words}: Claude Code does not start it until that is removed.`] : [],
    );
  });

  it("says what the client may not read in its file, and init read", async () => {
    setUp("cursor", { sandbox: true });
    writeFileSync(path(), readFileSync(path(), "utf8").replace(/\}\n\}\s*$/, "}, // all\n}\n"));
    const { code, out } = await doctor("cursor");
    expect(out).toMatch(
      new RegExp(
        `^warn +entry +${path()} has comments and a trailing comma, which JSON does not allow: Cursor may not read the file$`,
        "m",
      ),
    );
    expect(code).toBe(0);
  });

  it("refuses --sandbox, because the entry decides that", async () => {
    setUp("cursor");
    const child = spawnServer(["doctor", "cursor", "--sandbox"], { HOME: home });
    expect([await child.exit, child.stdout]).toEqual([2, []]);
    expect(child.stderr.join()).toMatch(/leave --sandbox out\. .*: init cursor --sandbox$/);
  });

  it("says what the entry's own variables lack", async () => {
    setUp("cursor");
    const { code, out } = await doctor("cursor");
    expect(out).toMatch(
      /^fail +configuration +CONDUCTORONE_CLIENT_ID and CONDUCTORONE_CLIENT_SECRET still hold placeholders: this terminal has no value$/m,
    );
    expect(out).toMatch(
      /^ +fix: Set CONDUCTORONE_CLIENT_ID and CONDUCTORONE_CLIENT_SECRET where you start Cursor, .* account: `.* init cursor --sandbox`$/m,
    );
    expect(out).toMatch(/^skip +\d checks +not reached: credential, proxy, dns, /m);
    expect(out).toMatch(/^1 failed, 0 warnings\.$/m);
    expect(code).toBe(1);
  });

  it("names the one variable that is missing, and the entry as the place of an address", async () => {
    setUp("cursor");
    const { out } = await doctor("cursor", { CONDUCTORONE_CLIENT_ID: "otter@127.0.0.1:9/spc" });
    expect(out).toMatch(
      /^fail +configuration +CONDUCTORONE_CLIENT_SECRET still holds a placeholder: this terminal has no value\n +fix: Set CONDUCTORONE_CLIENT_SECRET where you start Cursor/m,
    );
    expect(out).toMatch(
      /^ok +settings +CONDUCTORONE_CLIENT_ID=otter@127\.0\.0\.1:9\/spc \(this terminal, for the client's entry\);/m,
    );
  });

  it("has the address of a sandbox added to the entry, not to this terminal", async () => {
    const sandbox = await startSandbox();
    const secretFile = join(home, "secret");
    writeFileSync(secretFile, sandbox.clientSecret, { mode: 0o600 });
    const given = ["--client-id", sandbox.clientId, "--secret-file", secretFile];
    expect(await spawnServer(["init", "cursor", ...given], { HOME: home }).exit).toBe(0);
    const { out } = await doctor("cursor", { CONDUCTORONE_SERVER_URL: sandbox.serverUrl });
    await sandbox.close();
    expect(out).toContain(
      `fix: If that is a sandbox, add CONDUCTORONE_SERVER_URL=${sandbox.serverUrl} to the variables of the client's entry`,
    );
  });

  it("advises what the client can do: Claude Desktop forwards no variables", async () => {
    setUp("claude-desktop");
    const { out } = await doctor("claude-desktop");
    expect(out).toMatch(/^ +fix: Run `.* init claude-desktop` at a terminal: it asks for the credential\./m);
    expect(out).toMatch(/CONDUCTORONE_CLIENT_ID still holds a placeholder: Claude Desktop fills in none$/m);
    expect(out).not.toContain("where the client is started");
    expect(out).not.toContain("name it: doctor");
  });

  it("a secret left for later: says that init asks for it, and what to do by hand", async () => {
    const id = ["--client-id", "otter@127.0.0.1:9/spc"];
    await initHere("claude-desktop", ...id);
    const { out } = await doctor("claude-desktop");
    expect(out).toMatch(
      /CONDUCTORONE_CLIENT_SECRET_FILE names a file that does not exist: .*client-secret\n +fix: Run `.* init claude-desktop` at a terminal: it asks for the secret\. Or create that file, let this user read it, or correct CONDUCTORONE_CLIENT_SECRET_FILE\.$/m,
    );
    await initHere("claude-desktop", ...id, "--secret-file", join(home, "mine"));
    expect((await doctor("claude-desktop")).out).toMatch(
      /not exist: .*mine\n +fix: Create that file, let this user read it, or correct/,
    );
  });

  it("does not report as missing what VS Code asks the user for", async () => {
    const child = spawnServer(["init", "vscode"], { HOME: home }, { cwd: home });
    expect(await child.exit).toBe(0);
    const doctor = spawnServer(["doctor", "vscode"], { HOME: home }, { cwd: home });
    expect(await doctor.exit).toBe(0);
    const out = doctor.stdout.join("\n");
    expect(out).toMatch(
      /^warn +entry +the client asks a person for CONDUCTORONE_CLIENT_ID and CONDUCTORONE_CLIENT_SECRET;/m,
    );
    expect(out).toContain("No problems found (1 warning), but 8 checks were not made.");
  });

  it("reports an entry that starts nothing, and a missing entry", async () => {
    setUp("cursor", { sandbox: true });
    writeFileSync(path(), readFileSync(path(), "utf8").replace(MAIN, "/gone/main.js"));
    const gone = await doctor("cursor");
    expect(gone.out).toMatch(/^fail +entry +the entry in \S+ runs \/gone\/main\.js, which does not exist$/m);
    expect(gone.out).not.toMatch(/^ok +entry/m);
    const { code, out } = await doctor("gemini");
    expect(out).toMatch(
      /^fail +entry +there is no entry c1 in .*settings\.json\n +fix: Run `.*node .*main\.js init gemini`; with --sandbox it needs no account\.$/m,
    );
    expect(out).toMatch(/^skip +10 checks +not reached: configuration, /m);
    expect(out).toMatch(/^1 failed, 0 warnings\.$/m);
    expect(code).toBe(1);
  });

  it("without an entry for Claude Desktop suggests that a bundle may be installed", async () => {
    const { code, out } = await doctor("claude-desktop");
    expect(out).toMatch(
      /fix: Run `.* init claude-desktop`; with --sandbox it needs no account\. If .* as a bundle, .*: ask the assistant to call whoami\./,
    );
    expect(code).toBe(1);
  });

  it("does not refer to init for an invalid file, because init changes no such file", async () => {
    mkdirSync(join(home, ".cursor"));
    writeFileSync(path(), '{ "mcpServers": {,} }');
    const { out } = await doctor("cursor");
    expect(out).toMatch(
      /^fail +entry +.*mcp\.json: it is not valid JSON: line 1.*\n +fix: Correct that file by hand/m,
    );
    expect(out).not.toMatch(/Run .*init/);
  });

  it("says which values come from the entry", async () => {
    setUp("cursor", { given: { clientId: "otter@127.0.0.1:9/spc", secretFile: join(home, "none") } });
    expect((await doctor("cursor")).out).toContain(
      "CONDUCTORONE_CLIENT_ID=otter@127.0.0.1:9/spc (the client's entry)",
    );
  });
});
