import { describe, expect, it } from "vitest";
import { HTTP_SETTINGS } from "../../../src/config/http-settings.ts";
import { SETTINGS, type Setting } from "../../../src/config/schema.ts";
import { CLIENT_NAMES } from "../../../src/init/clients.ts";
import { buildEntry, contains, isOwnEntry } from "../../../src/init/entry.ts";
import type { Surroundings } from "../../../src/init/places.ts";
import { printEntry } from "../../../src/init/run.ts";

const SECRETS = {
  CONDUCTORONE_CLIENT_SECRET: "secret-token:conductorone.com:v1:canary-one",
  CONDUCTORONE_ACCESS_TOKEN: "canary-two",
  CONDUCTORONE_OIDC_TOKEN: "canary-three",
  C1_MCP_HTTP_TOKEN: "canary-four",
};
/** Variables of Node itself and of the network. */
const FOREIGN = ["HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "NODE_EXTRA_CA_CERTS"];
const ID = "clever-otter-12345@acme.conductor.one/spc";
const SCRIPT = "/opt/c1 admin/dist/main.js";
const NODE = "/usr/local/bin/node";
const at: Surroundings = {
  platform: "linux",
  env: { ...SECRETS, CONDUCTORONE_CLIENT_ID: ID },
  home: "/home/jane",
  cwd: "/work",
  node: NODE,
};

describe("the entry for each client", () => {
  it.each(CLIENT_NAMES)("%s: starts this program, and contains no secret from the environment", (client) => {
    const entry = buildEntry({ client, script: SCRIPT, sandbox: false, at });
    expect(entry.server).toMatchObject({ command: NODE, args: [SCRIPT] });
    const text =
      JSON.stringify(entry) + printEntry({ client, script: SCRIPT, sandbox: false, at }, false).text;
    expect(text).not.toContain("canary");
    expect(isOwnEntry(entry.server)).toBe(true);
  });

  it.each(CLIENT_NAMES)("%s: a sandbox needs no credential", (client) => {
    expect(buildEntry({ client, script: SCRIPT, sandbox: true, at })).toEqual({
      server: expect.objectContaining({ args: [SCRIPT, "--sandbox"] }),
      inputs: [],
    });
    expect(JSON.stringify(buildEntry({ client, script: SCRIPT, sandbox: true, at }))).not.toContain(
      "CONDUCTORONE",
    );
  });

  it.each([
    ["claude-code", `\${CONDUCTORONE_CLIENT_SECRET}`],
    ["gemini", `\${CONDUCTORONE_CLIENT_SECRET}`],
    ["cursor", `\${env:CONDUCTORONE_CLIENT_SECRET}`],
    ["vscode", `\${input:c1-client-secret}`],
  ] as const)("%s gets the secret in place of %s", (client, placeholder) => {
    const { server } = buildEntry({ client, script: SCRIPT, sandbox: false, at });
    expect(server.env).toMatchObject({ CONDUCTORONE_CLIENT_SECRET: placeholder });
  });

  it("names only variables that the server reads", () => {
    const known = Object.values(SETTINGS).flatMap(({ env }) => [env as string, `${env}_FILE`]);
    for (const client of CLIENT_NAMES) {
      const { server } = buildEntry({ client, script: SCRIPT, sandbox: false, at });
      const names = [...Object.keys(server.env ?? {}), ...((server.env_vars ?? []) as string[])];
      expect(names.length).toBeGreaterThan(0);
      expect(names.filter((name) => !known.includes(name) && !FOREIGN.includes(name))).toEqual([]);
    }
  });

  it("has Codex forward everything that the server reads over stdio, and nothing that only http reads", () => {
    const forHttp: readonly string[] = Object.values(HTTP_SETTINGS).map(({ env }) => env);
    const overStdio = Object.values(SETTINGS)
      .filter(({ env }) => !forHttp.includes(env))
      .flatMap(({ env, secret }: Setting) => (secret ? [env, `${env}_FILE`] : [env]));
    const { env_vars: passed } = buildEntry({ client: "codex", script: SCRIPT, sandbox: false, at }).server;
    expect([...(passed as string[])].sort()).toEqual([...overStdio, ...FOREIGN].sort());
  });

  it("has Codex forward all the others beside a credential that is written out", () => {
    const build = (given?: object) =>
      buildEntry({ client: "codex", script: SCRIPT, sandbox: false, at, given }).server;
    const names = (build().env_vars as string[]).filter((name) => !/_(CLIENT|ACCESS|OIDC)_/.test(name));
    expect(names).toContain("C1_MCP_WRITES");
    const given = { clientId: ID, secretFile: "/s" };
    expect(build(given)).toEqual({
      command: NODE,
      args: [SCRIPT],
      env: { CONDUCTORONE_CLIENT_ID: ID, CONDUCTORONE_CLIENT_SECRET_FILE: "/s" },
      env_vars: names,
    });
  });

  it("has VS Code ask for both, and hide the secret while it is typed", () => {
    const { inputs } = buildEntry({ client: "vscode", script: SCRIPT, sandbox: false, at });
    expect(inputs).toMatchObject([{ id: "c1-client-id" }, { id: "c1-client-secret", password: true }]);
  });

  it("gives Claude Desktop the id itself and the path of a file for the secret", () => {
    const build = (env: Surroundings["env"], present = {}) =>
      buildEntry({ client: "claude-desktop", script: SCRIPT, sandbox: false, at: { ...at, env }, present })
        .server.env;
    expect(build(at.env)).toEqual({
      CONDUCTORONE_CLIENT_ID: ID,
      CONDUCTORONE_CLIENT_SECRET_FILE: "/home/jane/.config/c1-admin-mcp/client-secret",
    });
    expect(build({ CONDUCTORONE_CLIENT_SECRET_FILE: "/run/secrets/c1" })).toEqual({
      CONDUCTORONE_CLIENT_ID: `\${CONDUCTORONE_CLIENT_ID}`,
      CONDUCTORONE_CLIENT_SECRET_FILE: "/run/secrets/c1",
    });
    // Values filled in by hand stay.
    const filledIn = { CONDUCTORONE_CLIENT_ID: ID, CONDUCTORONE_CLIENT_SECRET_FILE: "/mine" };
    expect(build({}, filledIn)).toEqual(filledIn);
    // Swapped: the secret must not get into the file under the id's name.
    expect(build({ CONDUCTORONE_CLIENT_ID: SECRETS.CONDUCTORONE_CLIENT_SECRET })).toMatchObject({
      CONDUCTORONE_CLIENT_ID: `\${CONDUCTORONE_CLIENT_ID}`,
    });
  });

  it("is recognised for any copy and platform, but not if someone else wrote it", () => {
    expect(isOwnEntry({ command: "node", args: ["C:\\c1\\dist\\main.js"] })).toBe(true);
    for (const other of [
      {},
      null,
      "c1",
      [],
      { command: "npx", args: ["c1"] },
      { command: "node", args: ["x.js"] },
    ])
      expect(isOwnEntry(other)).toBe(false);
  });

  it.each([
    [{ a: 1, b: 2 }, { a: 1 }, true],
    [{ a: { b: 1, c: 2 } }, { a: { b: 1 } }, true],
    [{ a: [1, 2] }, { a: [1] }, false],
    [{ a: 1 }, { a: 2 }, false],
    [undefined, {}, false],
    [{ a: [1] }, { a: { 0: 1 } }, false],
  ])("%j contains %j: %s", (present, wanted, expected) => {
    expect(contains(present, wanted)).toBe(expected);
  });
});
