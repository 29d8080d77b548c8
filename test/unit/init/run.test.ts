import {
  chmodSync,
  existsSync,
  lstatSync,
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
import { CLIENT_NAMES, CLIENTS, type ClientName } from "../../../src/init/clients.ts";
import { findConfigFile, type Surroundings } from "../../../src/init/places.ts";
import { readEntry } from "../../../src/init/read-entry.ts";
import type { InitRequest } from "../../../src/init/request.ts";
import { type InitResult, runInit } from "../../../src/init/run.ts";
import { readTarget } from "../../../src/init/target.ts";
import { deleteFile, replaceFile } from "../../../src/init/write.ts";

let root: string;
let at: Surroundings;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "c1-init-"));
  at = {
    platform: "linux",
    env: {},
    home: join(root, "home"),
    cwd: join(root, "project"),
    node: "/usr/bin/node",
  };
  mkdirSync(at.home);
  mkdirSync(at.cwd);
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const SCRIPT = "/opt/c1/dist/main.js";

function init(client: ClientName, more: Partial<InitRequest> = {}): InitResult {
  const switches = { sandbox: false, dryRun: false, remove: false, force: false };
  return runInit({ client, script: SCRIPT, at, now: new Date(), ...switches, ...more });
}

function place(client: ClientName, content: string | Buffer): string {
  const path = findConfigFile(client, at);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

/** Every file below the root, with links and modes. */
function snapshot(): Record<string, string> {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true });
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      const mode = lstatSync(path).mode.toString(8);
      return [path, entry.isFile() ? `${mode} ${readFileSync(path).toString("base64")}` : mode];
    }),
  );
}

const OTHER = '{\n  // mine\n  "mcpServers": {\n    "a": { "command": "a" }, // first\n  },\n}\n';
const STARTS: Record<
  string,
  Partial<Record<ClientName, string>> & { readonly json: string; readonly toml: string }
> = {
  empty: { json: "", toml: "" },
  "an empty object": { json: "{}", toml: "# nothing yet\n" },
  "an empty object on two lines": { json: "{\n}\n", toml: "\n\n" },
  "an empty list of servers": { json: '{ "mcpServers": {}, "servers": {} }\n', toml: "[mcp_servers]\n" },
  "comments and trailing commas": { json: OTHER, toml: "a = [1, 2,] # two\n" },
  "other servers, for VS Code too": {
    json: '{\n\t"servers": {"x": {}},\n\t"inputs": [],\n\t"mcpServers": {"x": {}}\n}',
    toml: '[mcp_servers.x]\ncommand = "x"',
  },
  "one line": { json: '{"mcpServers":{"x":{}},"servers":{"x":{}}}', toml: "a = 1" },
  CRLF: { json: OTHER.replaceAll("\n", "\r\n"), toml: 'a = 1\r\n\r\n[b]\r\nc = "d"\r\n' },
  "a byte order mark": { json: `\uFEFF${OTHER}`, toml: "\uFEFFa = 1\n" },
  "a byte order mark and CRLF": { json: `\uFEFF${OTHER.replaceAll("\n", "\r\n")}`, toml: "\uFEFFa = 1\r\n" },
};
const startOf = (client: ClientName, name: string) =>
  STARTS[name]?.[client === "codex" ? "toml" : "json"] ?? "";

describe.each(CLIENT_NAMES)("init %s", (client) => {
  it("an absent file: created, recognised, and deleted again with the folders made for it", () => {
    const before = snapshot();
    expect(init(client)).toMatchObject({ ok: true, lines: expect.arrayContaining(["Next:"]) });
    expect(readFileSync(findConfigFile(client, at), "utf8")).toContain(SCRIPT);
    const made = snapshot();
    expect(init(client).lines.join()).toContain("already set up");
    expect(snapshot()).toEqual(made);
    expect(init(client, { remove: true })).toMatchObject({ ok: true });
    expect(snapshot()).toEqual(before);
    expect(init(client, { remove: true }).lines.join()).toContain("There is no c1");
  });

  it.each(Object.keys(STARTS))("%s: run twice, removed again, byte-identical", (name) => {
    const path = place(client, startOf(client, name));
    chmodSync(path, 0o640);
    const before = snapshot();
    const first = init(client);
    expect(first).toMatchObject({ ok: true });
    expect(first.lines.join("\n")).toContain(`${path}.bak-`);
    const set = snapshot();
    expect(set[path]).not.toBe(before[path]);
    expect(Object.keys(set)).toHaveLength(Object.keys(before).length + 1);
    expect(init(client).lines.join()).toContain("already set up");
    expect(snapshot()).toEqual(set);
    expect(init(client, { remove: true })).toMatchObject({ ok: true });
    expect(snapshot()).toEqual(before);
  });

  it.each(Object.keys(STARTS))("%s: a dry run writes nothing and shows the difference", (name) => {
    place(client, startOf(client, name));
    const before = snapshot();
    const { ok, lines } = init(client, { dryRun: true });
    expect(ok).toBe(true);
    expect(lines[0]).toMatch(/^--- .*\n\+\+\+ .*\n@@/);
    expect(lines[0]).toContain(`+`);
    expect(lines.join("\n")).toContain("nothing was changed");
    expect(lines.at(-1)).toMatch(new RegExp(`^This was a dry run for ${CLIENTS[client].title}.*--dry-run`));
    expect(lines.at(-1)?.includes(at.cwd)).toBe(CLIENTS[client].perProject);
    expect(snapshot()).toEqual(before);
  });

  it("says once what the client may not read in its file", () => {
    const told = {
      json: "has comments and a trailing comma, which JSON does not allow:",
      "json with comments": "has a trailing comma, which JSON does not allow:",
      jsonc: undefined,
      toml: undefined,
    }[CLIENTS[client].syntax];
    const path = place(client, startOf(client, "comments and trailing commas"));
    const expected =
      told === undefined
        ? []
        : [`${path} ${told} ${CLIENTS[client].title} may not read the file: remove that from it.`];
    const warnings = (more?: Partial<InitRequest>) =>
      init(client, more).lines.filter((line) => line.includes("may not read"));
    expect(warnings({ dryRun: true })).toEqual(expected);
    expect(warnings()).toEqual(expected);
    expect(warnings()).toEqual(expected);
    expect(warnings({ remove: true })).toEqual([]);
    place(client, client === "codex" ? "" : '{ "a": [{ "b": "1, // 2,]" }, 2] }');
    expect(warnings()).toEqual([]);
  });

  it("removing it keeps what others changed since", () => {
    const path = place(client, startOf(client, "comments and trailing commas"));
    init(client);
    const edited = readFileSync(path, "utf8").replace(
      /^/,
      client === "codex" ? "z = 9\n" : "// added later\n",
    );
    writeFileSync(path, edited);
    expect(init(client, { remove: true })).toMatchObject({ ok: true });
    const rest = readFileSync(path, "utf8");
    expect(rest).toMatch(/^(z = 9|\/\/ added later)\n/);
    expect(rest).not.toContain(SCRIPT);
    expect(rest.includes("mine") || rest.includes("# two")).toBe(true);
  });

  it.each([
    "absent",
    ...Object.keys(STARTS),
  ])("%s: first for the sandbox, then for real: removed completely", (name) => {
    if (name !== "absent") place(client, startOf(client, name));
    const before = snapshot();
    init(client, { sandbox: true });
    const { ok, lines } = init(client);
    expect(ok).toBe(true);
    expect(lines.join("\n")).toMatch(/^The entry that was there is replaced:$[\s\S]*^-.*--sandbox/m);
    expect(init(client, { sandbox: true })).toMatchObject({ ok: true });
    expect(init(client, { remove: true })).toMatchObject({ ok: true });
    expect(snapshot()).toEqual(before);
  });

  it("follows a link, which stays a link", () => {
    const path = findConfigFile(client, at);
    const real = join(root, "dotfiles");
    mkdirSync(dirname(path), { recursive: true });
    mkdirSync(real);
    writeFileSync(join(real, "config"), startOf(client, "one line"));
    symlinkSync(join(real, "config"), path);
    const before = snapshot();
    expect(init(client)).toMatchObject({ ok: true });
    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(real, "config"), "utf8")).toContain(SCRIPT);
    init(client, { remove: true });
    expect(snapshot()).toEqual(before);
  });

  it.each<readonly [string, (path: string) => void, RegExp]>([
    ["invalid", (path) => writeFileSync(path, "{ this is neither = "), /line \d+, column \d+/],
    ["a folder", (path) => mkdirSync(path), /is a folder/],
    ["read-only", (path) => writeFileSync(path, "", { mode: 0o444 }), /is read-only/],
    ["not text", (path) => writeFileSync(path, Buffer.from([0xff, 0xfe, 0x7b, 0])), /not text in UTF-8/],
    ["a link to nothing", (path) => symlinkSync(join(root, "gone"), path), /it is a link/],
    ["a link to itself", (path) => symlinkSync(path, path), /links lead in a circle/],
  ])("%s: refused with a sentence, and nothing is touched", (_name, make, reason) => {
    const path = findConfigFile(client, at);
    mkdirSync(dirname(path), { recursive: true });
    make(path);
    const before = snapshot();
    for (const remove of [false, true]) {
      const { ok, lines } = init(client, { remove, force: true });
      expect(ok).toBe(false);
      expect(lines.join("\n")).toMatch(reason);
      expect(lines.join("\n")).toContain(`${path} was left as it is`);
      expect(snapshot()).toEqual(before);
    }
  });
});

/** Edits the entry that `init` writes, and removes it without --force; a copy of the edited file stays. Returns that. */
function removeEdited(
  client: ClientName,
  edit: (text: string) => string,
  more: Partial<InitRequest> = {},
): string {
  const other = client === "codex" ? 'model = "x"\n' : '{"mcpServers":{"x":{"command":"x"}}}';
  const path = place(client, other);
  init(client, more);
  const written = readFileSync(path, "utf8");
  const edited = edit(written);
  expect(edited).not.toBe(written);
  writeFileSync(path, edited);
  const { ok, lines } = init(client, { remove: true });
  expect(ok, lines.join("\n")).toBe(true);
  expect(readFileSync(path, "utf8")).toBe(other);
  const [backup = ""] = lines.join("\n").match(/\S+\.bak-[\w-]+/g) ?? [];
  expect(readFileSync(backup, "utf8")).toBe(edited);
  return edited;
}

describe("an existing entry", () => {
  const mine = '{"mcpServers":{"c1":{"command":"npx","args":["other"],"env":{"TOKEN":"canary"}}}}';

  it("that differs is replaced only with --force, and returns when init is undone", () => {
    const path = place("cursor", mine);
    const before = snapshot();
    const refused = init("cursor");
    expect(refused.ok).toBe(false);
    expect(refused.lines.join()).toContain("--force");
    expect(snapshot()).toEqual(before);
    expect(init("cursor", { remove: true })).toMatchObject({ ok: false });
    expect(init("cursor", { force: true, dryRun: true }).lines[0]).not.toContain("canary");
    expect(init("cursor", { force: true })).toMatchObject({ ok: true });
    expect(readFileSync(path, "utf8")).toContain(SCRIPT);
    expect(init("cursor", { remove: true })).toMatchObject({ ok: true });
    expect(snapshot()).toEqual(before);
  });

  it.each([
    ['{"command":"foo","args":["--token","canary"]}', "is another server's: it starts foo"],
    ['{"command":"/opt/gh/bin/gh-mcp"}', "is another server's: it starts /opt/gh/bin/gh-mcp"],
    ['{"command":"C:\\\\gh\\\\gh.exe"}', "is another server's: it starts C:\\gh\\gh.exe"],
    [
      '{"command":"npx","args":["-y","github-mcp"],"env":{"TOKEN":"canary"}}',
      "is another server's: it starts npx",
    ],
    ['{"command":"node","args":["server.js"]}', "is another server's: it starts node"],
    ['{"command":"\\u001b[2Jcanary"}', "is another server's: it starts another program"],
    [
      '{"type":"http","url":"http://127.0.0.1:8321/mcp?canary"}',
      "starts no program, and may lead to a server over HTTP",
    ],
    ["{}", "starts no program, and may lead to a server over HTTP"],
  ])("of another server is named as such, and never with what may be secret: %s", (entry, what) => {
    const path = place("cursor", `{"mcpServers":{"c1":${entry}}}`);
    const before = snapshot();
    const left = `${path} was left as it is: its entry c1 ${what}`;
    for (const more of [{}, { sandbox: true }, { dryRun: true }])
      expect(init("cursor", more).lines).toEqual([
        `${left}; rename it to keep both, or replace it with --force, which keeps a copy of the file.`,
      ]);
    expect(init("cursor", { remove: true }).lines).toEqual([`${left}; --force removes it all the same.`]);
    expect(snapshot()).toEqual(before);
    const forced = init("cursor", { force: true }).lines.join("\n");
    expect(forced).not.toContain("No longer in the entry");
  });

  it.each([
    '{"command":"c1-admin-mcp","env":{"C1_MCP_WRITES":"confirm"}}',
    '{"command":"npx","args":["-y","c1-admin-mcp@0.2.0","--sandbox"]}',
    '{"command":"docker","args":["run","-i","ghcr.io/acme/c1-admin-mcp"]}',
    '{"command":"bun","args":["/opt/c1-admin-mcp/dist/main.js"]}',
  ])("of this server that init did not write is not called another one: %s", (entry) => {
    place("cursor", `{"mcpServers":{"c1":${entry}}}`);
    expect(init("cursor").lines.join()).toContain("it has an entry c1 that somebody edited");
    expect(init("cursor", { remove: true }).lines.join()).toContain("was not written by init, or somebody");
    expect(init("cursor", { force: true }).lines.join().includes("need it: C1_MCP_WRITES.")).toBe(
      entry.includes("WRITES"),
    );
  });

  it("that init wrote for another copy of the server is replaced, and the difference shown", () => {
    init("cursor", { script: "/old/dist/main.js" });
    const { ok, lines } = init("cursor");
    expect(ok).toBe(true);
    expect(lines.join("\n")).toMatch(/^The entry that was there is replaced:$[\s\S]*^-.*\/old\/[\s\S]*^\+/m);
  });

  it("that somebody edited is not replaced", () => {
    init("cursor", { script: "/old/dist/main.js" });
    const path = findConfigFile("cursor", at);
    writeFileSync(path, readFileSync(path, "utf8").replace('"args"', '"cwd": "/tmp", "args"'));
    expect(init("cursor")).toMatchObject({ ok: false, lines: [expect.stringContaining("somebody edited")] });
    expect(init("cursor", { force: true })).toMatchObject({ ok: true });
  });

  it.each(
    CLIENT_NAMES,
  )("%s: a given credential is written out, the secret by the name of its file", (client) => {
    const given = { clientId: "otter@acme.conductor.one/spc", secretFile: "/s/secret" };
    expect(init(client, { given })).toMatchObject({ ok: true });
    expect(readEntry(client, at)).toMatchObject({
      command: "/usr/bin/node",
      args: [SCRIPT],
      env: {
        CONDUCTORONE_CLIENT_ID: "otter@acme.conductor.one/spc",
        CONDUCTORONE_CLIENT_SECRET_FILE: "/s/secret",
      },
      unknown: [],
    });
    expect(init(client, { given }).lines.join()).toContain("already set up");
    expect(init(client, { sandbox: true })).toMatchObject({ ok: true });
    expect(init(client, { remove: true })).toMatchObject({ ok: true });
    expect(existsSync(findConfigFile(client, at))).toBe(false);
  });

  it.each([
    "CONDUCTORONE_CLIENT_ID",
    "CONDUCTORONE_CLIENT_SECRET_FILE",
  ])("whose %s would act on the terminal is never shown", (name) => {
    const given = { clientId: "otter@acme.conductor.one/spc", secretFile: "/s/secret" };
    init("claude-code", { given });
    const path = findConfigFile("claude-code", at);
    const value = name.endsWith("_ID") ? given.clientId : given.secretFile;
    for (const sign of ["\\u001b[2J", "\u009b2J", "\u202e"]) {
      const text = readFileSync(path, "utf8");
      writeFileSync(path, text.replace(`"${value}"`, `"${sign}${value}"`));
      for (const more of [
        {},
        { dryRun: true },
        { force: true, dryRun: true },
        { remove: true, dryRun: true },
      ])
        expect(init("claude-code", more).lines.join("")).not.toMatch(/(?!\n)\p{C}/u);
      writeFileSync(path, text);
    }
  });

  it("with a credential: a dry run tells that the secret's file is missing", () => {
    const given = { clientId: "otter@acme.conductor.one/spc", secretFile: join(root, "typo") };
    const dry = () => init("cursor", { given, dryRun: true }).lines.join("\n");
    expect(dry()).toContain(`There is no file ${given.secretFile} yet.\nThis was a dry run`);
    writeFileSync(given.secretFile, " ");
    expect(dry()).toContain(`There is no secret in ${given.secretFile} yet.\nThis was a dry run`);
    writeFileSync(given.secretFile, "whole");
    expect(dry()).not.toContain("There is no secret");
    expect(init("cursor", { dryRun: true }).lines.join()).not.toContain("There is no secret");
  });

  it("claude-desktop: an entry without its credential is not finished by a second run", () => {
    const first = init("claude-desktop").lines;
    expect(first[0]).toMatch(
      /^c1 is set up for Claude Desktop in .*, but its credential is still missing\.$/,
    );
    const second = init("claude-desktop").lines;
    expect(second[0]).toMatch(
      /already set up .* Nothing was changed, and its credential is still missing\.$/,
    );
    const stepsOf = (lines: readonly string[]) => lines.slice(lines.indexOf("Next:")).join("\n");
    expect(stepsOf(second)).toBe(stepsOf(first));
    expect(stepsOf(second)).toContain(" with your client id (it is not a secret)");
    expect(init("claude-desktop", { remove: true }).lines.join()).not.toContain("still missing");
  });

  it("with a credential: a dry run and an entry that stays tell what is wrong with the secret's file", () => {
    const secretFile = join(root, "secret");
    writeFileSync(secretFile, "half");
    const request = {
      given: { clientId: "otter@acme.conductor.one/spc", secretFile },
      judgeSecret: () => "is cut off",
      findOpenMode: () => "0644",
    };
    const warnings = [
      `The secret in ${secretFile} is cut off. Put it there whole, as C1 shows it, or make a new credential.`,
      `${secretFile} is open to others besides you (mode 0644): close it with \`chmod 600 ${secretFile}\`.`,
    ].join("\n");
    expect(init("cursor", { ...request, dryRun: true }).lines.join("\n")).toContain(`${warnings}\nThis was`);
    init("cursor", request);
    const { lines } = init("cursor", { ...request, given: undefined });
    expect(lines.join("\n")).toMatch(/already set up/);
    expect(lines.join("\n")).toContain(`\n${warnings}\nTo change its credential`);
  });

  it.each(CLIENT_NAMES)("%s: a credential that is written out survives a plain init", (client) => {
    const given = { clientId: "otter@acme.conductor.one/spc", secretFile: "/s/secret" };
    init(client, { given });
    const before = snapshot();
    at = { ...at, env: { CONDUCTORONE_CLIENT_ID: "heron@acme.conductor.one/pcc" } };
    const { ok, lines } = init(client);
    expect([ok, lines.join("\n")]).toEqual([
      true,
      expect.stringMatching(
        /already set up.*\nThere is no file \/s\/secret yet\.\nTo change its credential.* --client-id ID/,
      ),
    ]);
    expect(snapshot()).toEqual(before);
    expect(init(client, { script: "/new/dist/main.js" })).toMatchObject({ ok: true });
    expect(readEntry(client, at).env).toEqual({
      CONDUCTORONE_CLIENT_ID: given.clientId,
      CONDUCTORONE_CLIENT_SECRET_FILE: given.secretFile,
    });
  });

  describe("a secret that was typed", () => {
    const clientId = "otter@acme.conductor.one/pcc";
    const other = "heron@acme.conductor.one/pcc";
    const secretFile = () => join(at.home, ".config", "c1-admin-mcp", "client-secret");
    const set = (id: string, secret: string, more: Partial<InitRequest> = {}) =>
      init("claude-desktop", { given: { clientId: id, secretFile: secretFile(), secret }, ...more });
    const state = () => [
      readEntry("claude-desktop", at).env.CONDUCTORONE_CLIENT_ID,
      readFileSync(secretFile(), "utf8").trim(),
    ];

    it("is stored with the entry; another credential replaces both", () => {
      expect(set(clientId, "canary-one").ok).toBe(true);
      expect(state()).toEqual([clientId, "canary-one"]);
      const { ok, lines } = set(other, "canary-two");
      expect(ok).toBe(true);
      expect(state()).toEqual([other, "canary-two"]);
      expect(lines.join()).not.toContain("canary");
      expect(lines.join()).toContain(`+        "CONDUCTORONE_CLIENT_ID": "${other}"`);
    });

    it("replaces the one of an entry that stays as it is", () => {
      set(clientId, "canary-one");
      const { ok, lines } = set(clientId, "canary-two");
      expect([ok, lines.slice(0, 2)]).toEqual([
        true,
        [expect.stringContaining("is already set up"), `The secret in ${secretFile()} is replaced.`],
      ]);
      expect(state()).toEqual([clientId, "canary-two"]);
    });

    it("is not stored if the entry is not changed: by a dry run, or because somebody edited it", () => {
      set(clientId, "canary-one");
      expect(set(other, "canary-two", { dryRun: true }).ok).toBe(true);
      expect(set(clientId, "canary-two", { dryRun: true }).ok).toBe(true);
      const path = findConfigFile("claude-desktop", at);
      writeFileSync(path, readFileSync(path, "utf8").replace(SCRIPT, '/mine/main.js", "--more'));
      expect(set(other, "canary-two").ok).toBe(false);
      expect(state()).toEqual([clientId, "canary-one"]);
    });

    it("is taken back if the entry cannot be written", () => {
      set(clientId, "canary-one");
      const path = findConfigFile("claude-desktop", at);
      // As if another program wrote to it at that moment: the backup's name needs the time once, between reading and writing.
      const now = Object.assign(new Date(), {
        toISOString: () => {
          writeFileSync(path, `${readFileSync(path, "utf8")}\n`);
          return "2026-01-02T03:04:05.000Z";
        },
      });
      const { ok, lines } = set(other, "canary-two", { now });
      expect([ok, lines.join()]).toEqual([false, expect.stringContaining("another program changed it")]);
      expect(state()).toEqual([clientId, "canary-one"]);
    });
  });

  it("claude-desktop: a dry run says that the command will ask, if it will", () => {
    const told = (more: Partial<InitRequest> = {}, client: ClientName = "claude-desktop") =>
      init(client, { dryRun: true, ...more })
        .lines.join("\n")
        .match(/the same command does it.*/)?.[0];
    const asks =
      "the same command does it, and at a terminal asks for the credential first: Claude Desktop fills in no variables.";
    expect(told()).toBe(asks);
    const given = { clientId: "otter@acme.conductor.one/pcc", secretFile: "/s" };
    for (const more of [{ sandbox: true }, { given }]) expect(told(more)).toBe("the same command does it.");
    expect(told({}, "cursor")).toBe("the same command does it.");
    init("claude-desktop");
    expect(told({ remove: true })).toBe("the same command does it.");
    expect(told({ script: "/new/dist/main.js" })).toBe(asks);
    rmSync(findConfigFile("claude-desktop", at));
    // The command asks for no id that its terminal has, in whatever form.
    for (const id of [given.clientId, "otter"]) {
      at = { ...at, env: { CONDUCTORONE_CLIENT_ID: id } };
      expect(told()).toBe("the same command does it.");
    }
  });

  it.each(CLIENT_NAMES)("%s: says not to commit a copy beside a file that belongs to a project", (client) => {
    const told = (more: Partial<InitRequest> = {}) =>
      init(client, more).lines.filter((line) => line.startsWith("Do not commit that copy"));
    place(client, startOf(client, "one line"));
    expect(told({ dryRun: true })).toEqual([]);
    expect(told()).toHaveLength(CLIENTS[client].perProject ? 1 : 0);
    rmSync(findConfigFile(client, at));
    expect(told()).toEqual([]);
  });

  it("one that is there already: says how to change the credential of Claude Desktop", () => {
    const secretFile = join(root, "secret");
    writeFileSync(secretFile, "whole");
    init("claude-desktop", { given: { clientId: "otter@acme.conductor.one/pcc", secretFile } });
    expect(init("claude-desktop").lines.join("\n")).toMatch(
      /Nothing was changed\.\nTo change its credential \(at a terminal, init asks\): `\S+node \S+main\.js init claude-desktop --client-id ID/,
    );
    init("cursor");
    expect(init("cursor").lines.join()).not.toContain("To change");
  });

  it("a removal names what it leaves: the secret, and copies that it did not need", () => {
    const path = place("claude-desktop", '{ "mcpServers": {} }');
    init("claude-desktop");
    writeFileSync(path, `${readFileSync(path, "utf8")}\n`);
    const secret = join(at.home, ".config", "c1-admin-mcp", "client-secret");
    mkdirSync(dirname(secret), { recursive: true });
    writeFileSync(secret, "canary");
    const lines = init("claude-desktop", { remove: true }).lines.join("\n");
    expect(lines).toMatch(/Copies that init made of the file, to delete when you like: \S+\.bak-\d+T/);
    expect(lines).toContain(`The secret is still in ${secret}: delete that file, and the credential in C1`);
    expect(init("claude-desktop", { remove: true }).lines).toEqual([
      expect.stringMatching(/^There is no c1 in .* Nothing was changed\.$/),
    ]);
  });

  it("with a credential is written for another copy of the server: what is left to do is none of what is done", () => {
    const secretFile = join(root, "secret");
    writeFileSync(secretFile, "whole");
    init("claude-desktop", { given: { clientId: "otter@acme.conductor.one/pcc", secretFile } });
    const { ok, lines } = init("claude-desktop", { script: "/new/dist/main.js" });
    expect([ok, lines.join("\n")]).toEqual([
      true,
      expect.stringContaining(`The secret is read from ${secretFile}.`),
    ]);
    expect(lines.join("\n")).not.toMatch(/In that file, replace|Put the client secret/);
  });

  it("with a new client id alone: the secret is still read from the file that the entry names", () => {
    const secretFile = join(root, "elsewhere");
    init("claude-desktop", { given: { clientId: "otter@acme.conductor.one/pcc", secretFile } });
    const { ok, lines } = init("claude-desktop", {
      given: { clientId: "heron@acme.conductor.one/pcc", secretFile: undefined },
    });
    expect([ok, lines.join("\n")]).toEqual([
      true,
      expect.stringContaining(
        `There is no file ${secretFile}: correct its path, or put the client secret, and nothing else, into it, which`,
      ),
    ]);
    expect(lines.join("\n")).not.toContain(join(".config", "c1-admin-mcp"));
  });

  describe("to which people added settings and switches", () => {
    const given = { clientId: "heron@acme.conductor.one/spc", secretFile: "/s/new" };
    /** Edits the entry that `init` wrote, and returns the file's path. */
    function edit(client: ClientName, from: RegExp, to: string): string {
      const path = findConfigFile(client, at);
      const text = readFileSync(path, "utf8");
      expect(text).toMatch(from);
      writeFileSync(path, text.replace(from, to));
      return path;
    }
    const entryOf = (client: ClientName) => {
      const content = readTarget(findConfigFile(client, at)).content;
      return chooseFormat(client).readServer(content?.text ?? "") as Record<string, unknown>;
    };
    const written = {
      CONDUCTORONE_CLIENT_ID: given.clientId,
      CONDUCTORONE_CLIENT_SECRET_FILE: given.secretFile,
    };

    it.each([
      "claude-code",
      "claude-desktop",
      "cursor",
      "vscode",
      "gemini",
    ] as const)("%s: another credential replaces only the one that is there, and is undone", (client) => {
      const other = '{"servers":{"x":{}},"mcpServers":{"x":{}}}';
      const start = place(client, other);
      init(client);
      edit(
        client,
        /"env": ?\{/,
        '"timeout":60,"env":{"C1_MCP_WRITES":"confirm","C1_MCP_SECRET_OKTA":"canary",',
      );
      const edited = readFileSync(start, "utf8");
      const before = entryOf(client);
      const foreseen = init(client, { given, dryRun: true }).lines.join("\n");
      const { ok, lines } = init(client, { given });
      expect(ok, lines.join("\n")).toBe(true);
      expect(entryOf(client)).toEqual({
        ...before,
        env: { C1_MCP_WRITES: "confirm", C1_MCP_SECRET_OKTA: "canary", ...written },
      });
      expect(lines.join("\n")).not.toContain("with C1_MCP_WRITES=confirm in the entry");
      const told = "What was added to the entry stays: timeout, C1_MCP_WRITES, C1_MCP_SECRET_OKTA.";
      for (const text of [foreseen, lines.join("\n")]) {
        expect(text).toContain(told);
        expect(text).not.toMatch(/canary|No longer in the entry/);
      }
      expect(init(client, { given }).lines.join()).toContain("already set up");
      expect(init(client, { remove: true })).toMatchObject({ ok: true });
      expect(JSON.parse(readFileSync(start, "utf8"))).toMatchObject(JSON.parse(other) as object);
      expect(readFileSync(start, "utf8")).not.toContain(SCRIPT);
      const backups = readdirSync(dirname(start)).filter((name) => name.includes(".bak-"));
      expect(backups.map((name) => readFileSync(join(dirname(start), name), "utf8"))).toContain(edited);
    });

    it("codex: the same, with its own table for variables, and names that it passes on", () => {
      init("codex");
      edit("codex", /env_vars = (.*)\]$/m, 'env_vars = $1, "C1_MCP_SECRET_OKTA"]');
      expect(init("codex").lines.join()).toContain("already set up");
      edit("codex", /$/, '\n[mcp_servers.c1.env]\nC1_MCP_WRITES = "confirm"\n');
      const { ok, lines } = init("codex", { given });
      expect(ok, lines.join("\n")).toBe(true);
      expect(entryOf("codex").env).toEqual({ C1_MCP_WRITES: "confirm", ...written });
      expect(entryOf("codex").env_vars).toContain("C1_MCP_SECRET_OKTA");
      expect(lines.join("\n")).toContain(
        "What was added to the entry stays: C1_MCP_WRITES, C1_MCP_SECRET_OKTA.",
      );
    });

    it.each<readonly [string, string, RegExp, string]>([
      [
        "an id and a secret written out",
        "claude-code",
        /"\$\{CONDUCTORONE_CLIENT_ID\}"/,
        '"a@b.example/pcc"',
      ],
      ["a secret written out", "claude-code", /"\$\{CONDUCTORONE_CLIENT_SECRET\}"/, '"canary"'],
      [
        "an access token, which would count in place of it",
        "claude-code",
        /"env": ?\{/,
        '"env":{"CONDUCTORONE_ACCESS_TOKEN":"canary",',
      ],
      [
        "nothing but an access token",
        "gemini",
        /"env": ?\{[\s\S]*\}"\s*\}/,
        '"env":{"CONDUCTORONE_ACCESS_TOKEN":"canary"}',
      ],
      ["none", "cursor", /"env": ?\{[\s\S]*\}"\s*\}/, '"env":{}'],
    ])("a new credential replaces %s", (_what, name, from, to) => {
      const client = name as ClientName;
      init(client);
      edit(client, from, to);
      edit(client, /"args"/, '"timeout": 60, "args"');
      const { ok, lines } = init(client, { given });
      expect(ok, lines.join("\n")).toBe(true);
      expect(entryOf(client)).toMatchObject({ timeout: 60, env: written });
      expect(Object.keys(entryOf(client).env as object)).toHaveLength(2);
      expect(lines.join("\n")).not.toMatch(/canary|to be added again/);
      expect(
        lines
          .join("\n")
          .includes(
            "No longer in the entry, where it would count in place of the new credential: CONDUCTORONE_ACCESS_TOKEN.",
          ),
      ).toBe(to.includes("ACCESS_TOKEN"));
    });

    it.each([
      ["CONDUCTORONE_ACCESS_TOKEN", "would count in place of it"],
      ["CONDUCTORONE_CLIENT_SECRET", "clashes with the file"],
    ])("the same credential again removes %s, which %s", (name) => {
      init("cursor", { given });
      edit("cursor", /"env": ?\{/, `"env":{"${name}":"canary",`);
      expect(init("cursor").lines[0]).toContain("already set up");
      expect(init("cursor", { given }).ok).toBe(true);
      expect(entryOf("cursor").env).toEqual(written);
    });

    it("another copy of the server keeps them, and so does the sandbox but for what is a tenant's", () => {
      init("cursor", { script: "/old/dist/main.js" });
      edit(
        "cursor",
        /"env": ?\{/,
        '"disabled":false,"env":{"C1_MCP_WRITES":"confirm","CONDUCTORONE_SERVER_URL":"http://127.0.0.1:9",',
      );
      const { ok, lines } = init("cursor");
      expect(ok, lines.join("\n")).toBe(true);
      expect(lines.join("\n")).toContain(
        "What was added to the entry stays: disabled, C1_MCP_WRITES, CONDUCTORONE_SERVER_URL.",
      );
      expect(entryOf("cursor")).toMatchObject({
        args: [SCRIPT],
        disabled: false,
        env: { C1_MCP_WRITES: "confirm", CONDUCTORONE_SERVER_URL: "http://127.0.0.1:9" },
      });
      const sandbox = init("cursor", { sandbox: true }).lines.join("\n");
      expect(sandbox).toContain("What was added to the entry stays: disabled, C1_MCP_WRITES.");
      expect(sandbox).toContain(
        "No longer in the entry, to be added again if you need it: CONDUCTORONE_SERVER_URL.",
      );
      expect(entryOf("cursor").env).toEqual({ C1_MCP_WRITES: "confirm" });
      expect(init("cursor").ok).toBe(true);
      expect(entryOf("cursor").env).toHaveProperty("C1_MCP_WRITES", "confirm");
    });

    it("without a new credential, one that somebody wrote out is not replaced", () => {
      init("claude-code", { script: "/old/dist/main.js" });
      const path = edit("claude-code", /"\$\{CONDUCTORONE_CLIENT_SECRET\}"/, '"canary"');
      const before = readFileSync(path, "utf8");
      expect(init("claude-code").lines[0]).toMatch(/was left as it is: .*somebody edited/);
      expect(readFileSync(path, "utf8")).toBe(before);
    });

    it.each<readonly [string, RegExp, string]>([
      ["cwd", /"args"/, '"cwd": "/canary", "args"'],
      [
        "envFile, --host",
        /"args": ?\[([^\]]*)\]/,
        '"envFile": "/canary", "args": [$1, "--host=canary", "canary"]',
      ],
      ["args", /"args": ?\[([^\]]*)\]/, '"args": [$1, "canary"]'],
      ["type", /"stdio"/, '"canary"'],
      ["another key", /"args"/, '"\\u001b[2J": "canary", "args"'],
      ["command", /"\/usr\/bin\/node"/, '"/canary/c1-admin-mcp/start.sh"'],
    ])("an entry that was edited in another way is left alone with a new credential, too, and it says where: %s", (names, from, to) => {
      init("claude-code");
      edit("claude-code", from, to);
      expect(init("claude-code", { given }).lines).toEqual([
        `${findConfigFile("claude-code", at)} was left as it is: it has an entry c1 that somebody edited (${names}); --dry-run --force shows the difference, --force replaces it and keeps a copy of the file.`,
      ]);
    });

    it("a removal, and init without a new credential, say what was edited, too", () => {
      init("claude-code", { script: "/old/dist/main.js" });
      edit("claude-code", /"\$\{CONDUCTORONE_CLIENT_SECRET\}"/, '"canary"');
      edit("claude-code", /"env": ?\{/, '"env":{"C1_MCP_WRITES":"confirm","MY_OWN":"canary",');
      expect(init("claude-code").lines[0]).toContain("that somebody edited (CONDUCTORONE_CLIENT_SECRET); ");
      expect(init("claude-code", { remove: true }).lines[0]).toContain(
        "that somebody edited (MY_OWN, CONDUCTORONE_CLIENT_SECRET); ",
      );
    });

    it.each(
      CLIENT_NAMES.filter((name) => name !== "codex"),
    )("%s: variables of one's own, options of Node, a final stdio and the type stay, named", (client) => {
      init(client, { script: "/old/dist/main.js" });
      edit(client, /"args": ?\[([^\]]*)\]/, '"args": ["--max-semi-space-size=16", $1, "stdio"]');
      if (!("type" in entryOf(client))) edit(client, /"args"/, '"type": "stdio", "args"');
      edit(client, /"env": ?\{/, '"env":{"NODE_OPTIONS":"--canary","OTEL_EXPORTER_OTLP_ENDPOINT":"canary",');
      const told = (more?: Partial<InitRequest>) => {
        const { ok, lines } = init(client, more);
        expect(ok, lines.join("\n")).toBe(true);
        return lines.find((line) => line.startsWith("What was added"));
      };
      const isTyped = client === "claude-code" || client === "vscode";
      const all = `What was added to the entry stays: --max-semi-space-size, stdio, ${isTyped ? "" : "type, "}NODE_OPTIONS, OTEL_EXPORTER_OTLP_ENDPOINT.`;
      expect(told()).toBe(all);
      expect(init(client).lines[0]).toContain("already set up");
      expect(told({ given })).toBe(all);
      expect(entryOf(client)).toEqual({
        type: "stdio",
        command: "/usr/bin/node",
        args: ["--max-semi-space-size=16", SCRIPT, "stdio"],
        env: { NODE_OPTIONS: "--canary", OTEL_EXPORTER_OTLP_ENDPOINT: "canary", ...written },
      });
      expect(told({ sandbox: true })).toBe(all);
      expect(entryOf(client).args).toEqual(["--max-semi-space-size=16", SCRIPT, "stdio", "--sandbox"]);
    });

    it("codex: a variable of one's own that it passes on stays", () => {
      init("codex", { script: "/old/dist/main.js" });
      edit("codex", /env_vars = (.*)\]$/m, 'env_vars = $1, "NODE_OPTIONS"]');
      expect(init("codex").lines.join("\n")).toContain("What was added to the entry stays: NODE_OPTIONS.");
      expect(init("codex", { given }).ok).toBe(true);
      expect(entryOf("codex").env_vars).toContain("NODE_OPTIONS");
    });

    it("an entry that starts the server by its own command still does with another credential", () => {
      const entry = { command: "c1-admin-mcp", env: { C1_MCP_WRITES: "confirm", ...written } };
      place("cursor", JSON.stringify({ mcpServers: { c1: entry } }));
      expect(init("cursor").lines[0]).toContain("already set up");
      const { ok, lines } = init("cursor", { given: { ...given, secretFile: "/s/other" } });
      expect(ok, lines.join("\n")).toBe(true);
      expect(entryOf("cursor")).toEqual({
        ...entry,
        env: { ...entry.env, CONDUCTORONE_CLIENT_SECRET_FILE: "/s/other" },
      });
    });

    it("--force names what it drops, also in a dry run, but no value", () => {
      init("claude-code", { given });
      edit(
        "claude-code",
        /"env": ?\{/,
        '"cwd":"/tmp","env":{"C1_MCP_WRITES":"confirm","CONDUCTORONE_SERVER_URL":"https://canary.example","\\u001b[2J":"",',
      );
      for (const dryRun of [true, false]) {
        const lines = init("claude-code", { force: true, dryRun }).lines.join("\n");
        expect(lines).toContain(
          "No longer in the entry, to be added again if you need it: cwd, C1_MCP_WRITES, CONDUCTORONE_SERVER_URL.",
        );
        expect(lines).not.toContain("stays");
      }
      expect(entryOf("claude-code").env).toEqual(written);
    });

    it("--force names arguments and a type that it drops, too, but no value", () => {
      init("cursor");
      edit(
        "cursor",
        /"args": ?\[([^\]]*)\]/,
        '"type":"stdio","args":["--max-semi-space-size=16","--import","canary",$1,"stdio","--host=canary"]',
      );
      edit("cursor", /"env": ?\{/, '"env":{"HTTPS_PROXY":"canary",');
      expect(init("cursor", { force: true }).lines).toContain(
        "No longer in the entry, to be added again if you need it: --max-semi-space-size, --import, stdio, --host, type, HTTPS_PROXY.",
      );
    });

    it("says that an address that stays leads to another tenant than the new id", () => {
      init("cursor");
      edit("cursor", /"env": ?\{/, '"env":{"CONDUCTORONE_SERVER_URL":"https://emca.conductor.one",');
      const told = "CONDUCTORONE_SERVER_URL in the entry leads to another tenant than the client id.";
      expect(init("cursor", { given }).lines).toContain(told);
      edit("cursor", /emca/, "acme");
      expect(init("cursor", { given: { ...given, secretFile: "/s/other" } }).lines).not.toContain(told);
      edit("cursor", /https:[^"]*/, `\${SERVER}`);
      expect(init("cursor", { given }).lines).not.toContain(told);
    });

    it.each([
      ["https://staging-acme.conductor.one", true],
      ["https://acme.conductor.one.attacker.example", true],
      ["https://ACME.conductor.one/", false],
      ["Acme.Conductor.One", false],
    ])("knows a tenant by its whole host: %s", (address, isOther) => {
      init("cursor");
      edit("cursor", /"env": ?\{/, `"env":{"CONDUCTORONE_SERVER_URL":"${address}",`);
      const text = init("cursor", { given }).lines.join("\n");
      expect(text.includes("leads to another tenant")).toBe(isOther);
    });
  });

  it("a removal says if an entry is back that --force had replaced", () => {
    init("claude-code", { sandbox: true });
    const path = findConfigFile("claude-code", at);
    const edited = readFileSync(path, "utf8").replace(/main\.js/, "other.js");
    writeFileSync(path, edited);
    expect(init("claude-code", { sandbox: true, force: true }).ok).toBe(true);
    expect(init("claude-code", { remove: true }).lines[0]).toBe(
      `${path} is again as it was before init, with the entry c1 that --force replaced.`,
    );
    expect(readFileSync(path, "utf8")).toBe(edited);
  });

  it("with additions by people counts as set up", () => {
    init("claude-desktop");
    const path = findConfigFile("claude-desktop", at);
    const text = readFileSync(path, "utf8")
      .replace('"command"', '"disabled": false,\n      "command"')
      .replace(`\${CONDUCTORONE_CLIENT_ID}`, "otter@acme.conductor.one/spc");
    writeFileSync(path, text);
    expect(init("claude-desktop").lines.join()).toContain("already set up");
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  const KEPT =
    /is already set up .* Nothing was changed: what was added to the entry stays; --force rewrites it\.$/;

  describe.each<readonly [string, readonly [from: RegExp, to: string], RegExp]>([
    ["a key", [/"type"/, '"cwd":"/tmp","type"'], KEPT],
    ["an argument", [/main\.js"/, 'main.js","--host=x"'], /was left as it is: .*somebody edited.*--force/],
    ["a variable", [/"env": ?\{/, '"env":{"NODE_OPTIONS":"--inspect",'], KEPT],
  ])("to which somebody added %s", (_name, [from, to], kept) => {
    const other = '{"mcpServers":{"x":{"command":"x"}}}';

    it.each([
      ["alone", undefined],
      ["beside another server", other],
    ])("%s: is removed only with --force, and a copy stays", (_where, start) => {
      if (start !== undefined) place("claude-code", start);
      init("claude-code");
      const path = findConfigFile("claude-code", at);
      const edited = readFileSync(path, "utf8").replace(from, to);
      writeFileSync(path, edited);
      const before = snapshot();
      const refused = init("claude-code", { remove: true });
      expect([refused.ok, refused.lines.join()]).toEqual([
        false,
        expect.stringMatching(/was left as it is: .*somebody edited.*--force removes it/),
      ]);
      expect(init("claude-code", { remove: true, dryRun: true }).ok).toBe(false);
      expect(init("claude-code", { remove: true, dryRun: true, force: true }).ok).toBe(true);
      expect(snapshot()).toEqual(before);
      const { ok, lines } = init("claude-code", { remove: true, force: true });
      expect(ok).toBe(true);
      expect(existsSync(path) ? readFileSync(path, "utf8") : undefined).toBe(start);
      const [backup = "", ...others] = lines.join("\n").match(/\S+\.bak-[\w-]+/g) ?? [];
      expect(new Set(others).size).toBeLessThanOrEqual(1);
      expect(readFileSync(backup, "utf8")).toBe(edited);
    });

    it("is kept by init, which says so, and rewritten with --force, which shows the difference", () => {
      init("claude-code");
      const path = findConfigFile("claude-code", at);
      const written = readFileSync(path, "utf8");
      const edited = written.replace(from, to);
      writeFileSync(path, edited);
      expect(init("claude-code").lines[0]).toMatch(kept);
      expect(readFileSync(path, "utf8")).toBe(edited);
      const { ok, lines } = init("claude-code", { force: true });
      expect(ok).toBe(true);
      expect(lines.join("\n")).toContain("The entry that was there is replaced:");
      expect(JSON.parse(readFileSync(path, "utf8"))).toEqual(JSON.parse(written));
      const [backup = ""] = lines.join("\n").match(/\S+\.bak-[\w-]+/g) ?? [];
      expect(readFileSync(backup, "utf8")).toBe(edited);
    });

    it("and that --force replaced stays in its copy when init is undone", () => {
      place("claude-code", other);
      init("claude-code");
      const path = findConfigFile("claude-code", at);
      const edited = readFileSync(path, "utf8").replace(from, to).replace(SCRIPT, "/mine/dist/main.js");
      writeFileSync(path, edited);
      expect(init("claude-code", { force: true }).ok).toBe(true);
      const { ok, lines } = init("claude-code", { remove: true });
      expect([ok, readFileSync(path, "utf8")]).toEqual([true, other]);
      const [backup = ""] = lines.join("\n").match(/\S+\.bak-[\w-]+/g) ?? [];
      expect(readFileSync(backup, "utf8")).toBe(edited);
    });
  });

  it("with --force stays as it is if nobody edited it", () => {
    init("claude-code");
    const before = snapshot();
    expect(init("claude-code", { force: true }).lines[0]).toMatch(/already set up .* Nothing was changed\.$/);
    expect(snapshot()).toEqual(before);
  });

  it.each<readonly [ClientName, boolean, (text: string) => string]>([
    ["claude-code", false, (text) => text.replace(/"env": ?\{/, '"env":{"C1_MCP_WRITES":"confirm",')],
    [
      "claude-code",
      true,
      (text) =>
        text.replace(
          /"command"(?=:\s*"\/usr)/,
          '"env":{"C1_MCP_READ_ONLY":"true","C1_MCP_SECRET_X":"y"},"command"',
        ),
    ],
    ["codex", false, (text) => `${text}\n[mcp_servers.c1.env]\nC1_MCP_WRITES = "confirm"\n`],
    ["codex", false, (text) => text.replace(/env_vars = \[/, 'env_vars = ["C1_MCP_SECRET_OKTA", ')],
  ])("%s, sandbox %s: with settings of this server needs no --force to be removed, and a copy stays", (client, sandbox, edit) => {
    removeEdited(client, edit, { sandbox });
  });

  it.each<readonly [ClientName, string]>([
    ["claude-desktop", '"disabled": true,'],
    ["cursor", '"disabled": false, "autoApprove": ["whoami"], "alwaysAllow": [], "timeout": 60,'],
    ["claude-code", '"timeout": 600000, "alwaysLoad": true,'],
    ["gemini", '"trust": true, "includeTools": ["whoami"], "excludeTools": [], "description": "C1",'],
    [
      "codex",
      'enabled = false\nstartup_timeout_sec = 20\ntool_timeout_sec = 600.5\nenabled_tools = ["whoami"]',
    ],
  ])("%s: with switches of the client (%s) needs no --force to be removed, and a copy stays", (client, words) => {
    const edited = removeEdited(client, (text) =>
      text.replace(/"?command"?(?= ?[:=] ?"\/usr)/, `${words}\n$&`),
    );
    expect(edited).toContain(words);
  });

  it("that is switched off: init says so, also in a dry run, but not when it removes it", () => {
    init("cursor");
    const path = findConfigFile("cursor", at);
    writeFileSync(path, readFileSync(path, "utf8").replace('"command"', '"disabled": true, "command"'));
    const told = (more: Partial<InitRequest> = {}) =>
      init("cursor", more).lines.filter((line) => line.includes("start it"));
    const off = ['The entry has "disabled": true: Cursor may not start it until that is removed.'];
    expect(told()).toEqual(off);
    expect(told({ script: "/new/dist/main.js", force: true, dryRun: true })).toEqual([]);
    expect(told({ remove: true, dryRun: true })).toEqual([]);
    place("gemini", '{ "mcp": { "excluded": ["c1"] } }');
    expect(init("gemini").lines[1]).toBe(
      'The entry is listed under "mcp.excluded": Gemini CLI does not start it until that is removed.',
    );
  });

  it("no longer has VS Code's inputs if nothing asks for them: neither the entry nor another server", () => {
    const own = { type: "promptString", id: "mine", description: "Mine" };
    const given = { clientId: "otter@acme.conductor.one/spc", secretFile: "/s/secret" };
    const inputs = () => {
      const file = JSON.parse(readFileSync(path, "utf8")) as { inputs?: readonly { id: string }[] };
      return file.inputs?.map(({ id }) => id);
    };
    const path = place("vscode", "{}");
    init("vscode");
    expect(init("vscode", { given }).ok).toBe(true);
    expect(inputs()).toBeUndefined();
    expect(init("vscode", { remove: true }).ok).toBe(true);
    expect(readFileSync(path, "utf8")).toBe("{}");
    const used = { env: { X: `\${input:c1-client-secret}` } };
    place("vscode", JSON.stringify({ servers: { used }, inputs: [own] }));
    init("vscode");
    expect(inputs()).toEqual(["mine", "c1-client-id", "c1-client-secret"]);
    expect(init("vscode", { given }).ok).toBe(true);
    expect(inputs()).toEqual(["mine", "c1-client-secret"]);
  });

  it("gets back VS Code's inputs if only the entry is there", () => {
    init("vscode");
    const path = findConfigFile("vscode", at);
    const whole = JSON.parse(readFileSync(path, "utf8")) as { inputs?: unknown };
    const { inputs, ...rest } = whole;
    writeFileSync(path, JSON.stringify(rest));
    expect(init("vscode")).toMatchObject({ ok: true });
    expect(JSON.parse(readFileSync(path, "utf8"))).toEqual({ ...rest, inputs });
  });
});

describe("writing", () => {
  it.runIf(existsSync("/proc/self"))("ends where no folder can be made", () => {
    at = { ...at, home: "/proc/self/nowhere" };
    const { ok, lines } = init("cursor");
    expect(ok).toBe(false);
    expect(lines.join()).toMatch(/was left as it is: it cannot be written \(.+\)/);
  });

  it("leaves no trace for a folder without write permission, or a file in the way of a folder", () => {
    writeFileSync(join(at.home, ".cursor"), "in the way");
    const before = snapshot();
    const { ok, lines } = init("cursor");
    expect(ok).toBe(false);
    expect(lines.join()).toContain("is a file, not a folder");
    expect(snapshot()).toEqual(before);
  });

  it("keeps the mode of the file, for the file and its backup", () => {
    const path = place("gemini", "{}");
    // More open than a umask would allow.
    chmodSync(path, 0o666);
    const { lines } = init("gemini");
    const backup = lines.join("\n").match(/: (.*\.bak-\S+)/)?.[1] ?? "";
    for (const file of [path, backup]) expect(statSync(file).mode & 0o777).toBe(0o666);
    expect(readFileSync(backup, "utf8")).toBe("{}");
  });

  it("undoes the last init, not an earlier one with the same result", () => {
    const path = place("gemini", "");
    init("gemini", { now: new Date("2026-01-02T03:04:05Z") });
    writeFileSync(path, "\n");
    init("gemini", { now: new Date("2026-01-02T03:04:06Z") });
    init("gemini", { remove: true });
    expect(readFileSync(path, "utf8")).toBe("\n");
  });

  it("keeps a byte order mark that was added later", () => {
    const path = place("gemini", '{"a":1}');
    init("gemini");
    writeFileSync(path, `\uFEFF${readFileSync(path, "utf8")}`);
    init("gemini", { remove: true });
    expect(readFileSync(path, "utf8")).toBe('\uFEFF{"a":1}');
  });

  it("does not overwrite what another program wrote meanwhile, and leaves no temporary file", () => {
    const path = place("gemini", "{}");
    const target = readTarget(path);
    writeFileSync(path, '{"theirs":1}');
    const before = snapshot();
    expect(() => replaceFile(target, Buffer.from("ours"))).toThrow("another program changed it");
    expect(() => deleteFile(target, root)).toThrow("another program changed it");
    expect(snapshot()).toEqual(before);
  });

  it("keeps both of two backups made in the same second", () => {
    place("gemini", "{}");
    const now = new Date("2026-01-02T03:04:05.678Z");
    init("gemini", { now });
    init("gemini", { now, sandbox: true, force: true });
    const names = readdirSync(join(at.home, ".gemini")).sort();
    expect(names).toEqual([
      "settings.json",
      "settings.json.bak-20260102T030405Z",
      "settings.json.bak-20260102T030405Z-1",
    ]);
  });
});
