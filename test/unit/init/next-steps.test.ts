import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CLIENT_NAMES, type ClientName } from "../../../src/init/clients.ts";
import { adviseNext } from "../../../src/init/next-steps.ts";
import type { Surroundings } from "../../../src/init/places.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "c1-steps-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const SCRIPT = "/opt/c1/dist/main.js";
const at: Surroundings = {
  platform: "linux",
  env: {},
  home: "/home/jane",
  cwd: "/work",
  node: "/usr/bin/node",
};

const quote = (text: string) => text.replace(/[()]/g, "\\$&");

const advise = (client: ClientName, more: Partial<Parameters<typeof adviseNext>[0]> = {}) =>
  adviseNext({ client, sandbox: false, script: SCRIPT, at, ...more }).join("\n");

describe("the steps after init", () => {
  it("end with the doctor for every client, and never contain a secret", () => {
    const env = { CONDUCTORONE_CLIENT_SECRET: "canary" };
    for (const client of CLIENT_NAMES) {
      const text = advise(client, { at: { ...at, env } });
      expect(text).toContain("Next:");
      expect(text).toContain(`node ${SCRIPT} doctor`);
      expect(text).not.toContain("canary");
    }
  });

  it.each<[ClientName, string]>([
    ["claude-desktop", ""],
    ["vscode", " (in a terminal that has CONDUCTORONE_CLIENT_ID and CONDUCTORONE_CLIENT_SECRET)"],
    ["codex", " (in the terminal that has them)"],
  ])("%s: say where doctor sees the credential", (client, where) => {
    const check = (at: string) =>
      quote(`Check the set-up${at}: \`/usr/bin/node ${SCRIPT} doctor ${client}\``);
    expect(advise(client).split("\n")).toContainEqual(expect.stringMatching(`${check(where)}$`));
    expect(advise(client, { sandbox: true }).split("\n")).toContainEqual(
      expect.stringMatching(`${check("")}$`),
    );
  });

  it("say how to close a secret's file that others can read", () => {
    const secretFile = join(root, "the secret");
    writeFileSync(secretFile, "whole");
    const given = { clientId: "a@b.c/spc", secretFile };
    expect(advise("claude-code", { given, findOpenMode: () => "0644" })).toContain(
      `${secretFile} is open to others besides you (mode 0644): close it with \`chmod 600 "${secretFile}"\`.`,
    );
    expect(advise("claude-code", { given, findOpenMode: () => undefined })).not.toContain("chmod");
  });

  it("say to make the folder of a secret's file, if it is missing", () => {
    const secretFile = join(root, "folder", "secret");
    const given = { clientId: "a@b.c/spc", secretFile };
    const step = `into it, which only you may read (chmod 600); make its folder first.`;
    expect(advise("cursor", { given })).toContain(step);
    mkdirSync(join(root, "folder"));
    expect(advise("cursor", { given })).toContain("into it, which only you may read (chmod 600).");
  });

  it("leave nothing to fill in if a credential was given", () => {
    const secretFile = join(root, "secret");
    writeFileSync(secretFile, "whole");
    const given = { clientId: "a@b.c/spc", secretFile };
    for (const client of CLIENT_NAMES) {
      const text = advise(client, { given });
      expect(text).toContain(`The secret is read from ${secretFile}.`);
      expect(text).not.toContain("replace");
      expect(text).not.toContain("CONDUCTORONE_CLIENT_SECRET");
    }
  });

  it.each([
    ["no file", undefined, (file: string) => `There is no file ${file}: correct its path, or put the`],
    [
      "an empty one",
      " \n",
      (file: string) => `Put the client secret, and nothing else, into the file ${file},`,
    ],
  ])("%s: the secret is still to be put there, and is not said to be read from it", (_what, text, told) => {
    const secretFile = join(root, "secret");
    if (text !== undefined) writeFileSync(secretFile, text);
    const lines = advise("claude-desktop", { given: { clientId: "a@b.c/spc", secretFile } });
    expect(lines).toContain(`  1. ${told(secretFile)}`);
    expect(lines).not.toContain("is read from");
  });

  it.each([
    [
      "the secret",
      { clientId: "a@b.c/spc" },
      /it asks for the secret\. Or by hand: Put the client secret, and nothing else, into/,
    ],
    [
      "both",
      undefined,
      /it asks for the credential\. Or by hand: In that file, replace \$\{CONDUCTORONE_CLIENT_ID\} with your client id \(it is not a secret\)\. Put the client secret,/,
    ],
  ])("%s left for later: init asks again, which is easier than a file of one's own", (_what, given, step) => {
    const here = { ...at, env: { XDG_CONFIG_HOME: root } };
    const secretFile = join(root, "c1-admin-mcp", "client-secret");
    const lines = advise("claude-desktop", { at: here, given: given && { ...given, secretFile } });
    expect(lines).toContain(
      `  1. Run \`/usr/bin/node ${SCRIPT} init claude-desktop\` again at a terminal: it asks`,
    );
    expect(lines).toMatch(step);
    expect(lines).toMatch(/^ {2}2\. Restart Claude Desktop\.$/m);
    const asked = (more: object) =>
      /at a terminal: it asks/.test(advise("claude-desktop", { at: here, ...more }));
    // With an id in the terminal's variables, init asks for nothing; a file that somebody chose is not written to.
    const variables = { ...here, env: { ...here.env, CONDUCTORONE_CLIENT_ID: "a@b.c/spc" } };
    expect(asked({ at: variables })).toBe(false);
    expect(asked({ given: { clientId: "a@b.c/spc", secretFile: join(root, "mine") } })).toBe(false);
    expect(advise("cursor", { at: here, given: { clientId: "a@b.c/spc", secretFile } })).not.toContain(
      "it asks",
    );
  });

  it("a file whose secret is damaged: says what is wrong, and nothing of the secret", () => {
    const secretFile = join(root, "secret");
    writeFileSync(secretFile, "canary");
    const judgeSecret = (secret: string) => (secret === "canary" ? "is cut off" : undefined);
    const lines = advise("cursor", { given: { clientId: "a@b.c/spc", secretFile }, judgeSecret });
    expect(lines).toContain(`  1. The secret in ${secretFile} is cut off. Put it there whole`);
    expect(lines).not.toMatch(/is read from|canary/);
  });

  it("a secret from before is said to be one, so that nobody takes it for the new one", () => {
    const env = { XDG_CONFIG_HOME: root };
    mkdirSync(join(root, "c1-admin-mcp"));
    const secretFile = join(root, "c1-admin-mcp", "client-secret");
    writeFileSync(secretFile, "old");
    const given = { clientId: "a@b.c/spc", secretFile };
    expect(advise("claude-desktop", { at: { ...at, env }, given })).toContain("which was there before");
    const typed = { ...given, secret: "new" };
    expect(advise("claude-desktop", { at: { ...at, env }, given: typed })).not.toContain("before");
  });

  it("on Windows, say which file was written, because Claude Desktop may read another", () => {
    const windows = { ...at, platform: "win32", home: "C:\\Users\\jane" } as const;
    const usual = "C:\\Users\\jane\\AppData\\Roaming\\Claude\\claude_desktop_config.json";
    const own =
      "C:\\Users\\jane\\AppData\\Local\\Packages\\Claude_abc\\LocalCache\\Roaming\\Claude\\claude_desktop_config.json";
    const among = (...files: string[]) => {
      const changedAt = (path: string) => (files.includes(path) ? 1 : undefined);
      return advise("claude-desktop", {
        at: { ...windows, disk: { list: () => ["Claude_abc"], changedAt } },
      });
    };
    const again = "If Claude Desktop does not show c1 then, run init again";
    expect(among(own, usual)).toContain(
      `package reads ${own}. Another installation of it reads ${usual}: if`,
    );
    expect(among(own)).not.toMatch(/package|run init again:/);
    for (const text of [among(usual), among()]) expect(text).toContain(again);
    expect(advise("claude-desktop")).not.toContain(again);
    expect(advise("cursor", { at: windows })).not.toContain("Claude Desktop");
  });

  it("say which Node the entry starts, and why by its absolute path", () => {
    expect(advise("cursor")).toContain("The entry starts /usr/bin/node, because");
  });

  it("warn of a copy in a temporary cache, and of no other", () => {
    for (const script of [
      "/home/jane/.npm/_npx/225d0dc16632c5c4/node_modules/c1-admin-mcp/dist/main.js",
      "C:\\Users\\jane\\npm-cache\\_npx\\225d\\node_modules\\c1-admin-mcp\\dist\\main.js",
    ])
      expect(advise("cursor", { script })).toContain("a cache that npm may empty");
    expect(advise("cursor")).not.toContain("cache");
  });

  it("warn in the server's own folder, where a project is hardly ever meant, and nowhere else", () => {
    const warned = (client: ClientName, cwd: string, more = {}) =>
      /folder of the server itself.*`\/usr\/bin\/node \/opt\/c1\/dist\/main\.js init ([^`]+)`/.exec(
        advise(client, { at: { ...at, cwd }, ...more }),
      )?.[1];
    expect(warned("claude-code", "/opt/c1")).toBe("claude-code");
    expect(warned("vscode", "/opt/c1/docs", { sandbox: true })).toBe("vscode --sandbox");
    for (const cwd of ["/opt", "/opt/c1-other", "/work"]) expect(warned("claude-code", cwd)).toBeUndefined();
    expect(warned("cursor", "/opt/c1")).toBeUndefined();
  });
});
