import { describe, expect, it } from "vitest";
import { CLIENT_NAMES, type ClientName } from "../../../src/init/clients.ts";
import { adviseNext } from "../../../src/init/next-steps.ts";
import type { Surroundings } from "../../../src/init/places.ts";

const SCRIPT = "/opt/c1/dist/main.js";
const at: Surroundings = { platform: "linux", env: {}, home: "/home/jane", cwd: "/work" };

const advise = (client: ClientName, more: Partial<Parameters<typeof adviseNext>[0]> = {}) =>
  adviseNext({ client, sandbox: false, script: SCRIPT, at, ...more }).join("\n");

describe("what is left to do after init", () => {
  it("ends with the doctor for every client, and never holds a secret", () => {
    const env = { CONDUCTORONE_CLIENT_SECRET: "canary" };
    for (const client of CLIENT_NAMES) {
      const text = advise(client, { at: { ...at, env } });
      expect(text).toContain("Next:");
      expect(text).toContain(`node ${SCRIPT} doctor`);
      expect(text).not.toContain("canary");
    }
  });

  it.each<[ClientName, string]>([
    ["claude-desktop", "in a terminal that has the two variables of the entry"],
    ["vscode", "in a terminal that has CONDUCTORONE_CLIENT_ID and CONDUCTORONE_CLIENT_SECRET"],
    ["codex", "in the terminal that has them"],
  ])("%s: says where doctor sees the credential", (client, where) => {
    expect(advise(client)).toContain(`Check the set-up (${where}): node`);
    expect(advise(client, { sandbox: true })).toContain("Check the set-up: node");
  });

  it("warns of a copy that may be gone tomorrow, and of no other", () => {
    for (const script of [
      "/home/jane/.npm/_npx/225d0dc16632c5c4/node_modules/c1-admin-mcp/dist/main.js",
      "C:\\Users\\jane\\npm-cache\\_npx\\225d\\node_modules\\c1-admin-mcp\\dist\\main.js",
    ])
      expect(advise("cursor", { script })).toContain("a cache that npm may empty");
    expect(advise("cursor")).not.toContain("cache");
  });
});
