import { describe, expect, it } from "vitest";
import { CLIENT_NAMES, type ClientName } from "../../../src/init/clients.ts";
import { adviseNext } from "../../../src/init/next-steps.ts";
import type { Surroundings } from "../../../src/init/places.ts";

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
    const check = `Check the set-up: /usr/bin/node ${SCRIPT} doctor ${client}`;
    expect(advise(client).split("\n")).toContainEqual(expect.stringMatching(`${quote(check + where)}$`));
    expect(advise(client, { sandbox: true }).split("\n")).toContainEqual(
      expect.stringMatching(`${quote(check)}$`),
    );
  });

  it("leave nothing to fill in if a credential was given", () => {
    const given = { clientId: "a@b.c/spc", secretFile: "/s/secret" };
    for (const client of CLIENT_NAMES) {
      const text = advise(client, { given });
      expect(text).toContain("The secret is read from /s/secret.");
      expect(text).not.toContain("replace");
      expect(text).not.toContain("CONDUCTORONE_CLIENT_SECRET");
    }
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
});
