import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Environment, type Flags, loadConfiguration } from "../../../src/config/load.ts";
import type { ProblemCode } from "../../../src/config/problem.ts";
import { createRedactor } from "../../../src/log/redact.ts";

const READY = {
  CONDUCTORONE_CLIENT_ID: "brave-fox@acme.conductor.one/pcc",
  CONDUCTORONE_CLIENT_SECRET: "secret-token:conductorone.com:v1:eyJrdHkiOiJPS1AifQ",
};
const { CONDUCTORONE_CLIENT_ID, CONDUCTORONE_CLIENT_SECRET } = READY;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "problems-"));
  for (const [name, text, mode] of [
    ["good", "a-good-secret", 0o600],
    ["short", "abc", 0o600],
    ["open", "a-good-secret", 0o644],
  ] as const)
    writeFileSync(join(folder, name), text, { mode });
});
afterAll(() => rmSync(folder, { recursive: true }));

function load(env: Environment, flags: Flags = {}) {
  return loadConfiguration(env, flags, { sandbox: false, redactor: createRedactor() });
}

describe("a problem names its kind, the setting to change, and the fix", () => {
  it.each<[ProblemCode, Environment, setting: string, fix: RegExp]>([
    ["unknown_setting", { C1_MCP_WRITE: "x" }, "C1_MCP_WRITE", /^Rename C1_MCP_WRITE to C1_MCP_WRITES\.$/],
    ["unknown_setting", { C1_MCP_QUUX: "x" }, "C1_MCP_QUUX", /^Remove C1_MCP_QUUX; `help environment` lists/],
    ["unknown_setting", { C1_MCP_SECRET_DIR: "x" }, "C1_MCP_SECRET_DIR", /to C1_MCP_SECRETS_DIR\.$/],
    ["malformed_secret_name", { C1_MCP_SECRET_low: "x" }, "C1_MCP_SECRET_low", /^Correct C1_MCP_SECRET_low;/],
    ["unfilled_placeholder", { C1_MCP_TOOLS: `$\{X}` }, "C1_MCP_TOOLS", /^Set C1_MCP_TOOLS where the client/],
    ["invalid_value", { C1_MCP_PORT: "x" }, "C1_MCP_PORT", /^Correct C1_MCP_PORT; `help environment` says/],
    ["unknown_tool", { C1_MCP_TOOLS: "quux" }, "C1_MCP_TOOLS", /^Correct C1_MCP_TOOLS;/],
    [
      "unknown_tool",
      { C1_MCP_TOOLS: "create_ap" },
      "C1_MCP_TOOLS",
      /^Write create_app there, in C1_MCP_TOOLS\.$/,
    ],
    ["unknown_tool", { C1_MCP_WRITES: "quux=block" }, "C1_MCP_WRITES", /^Correct C1_MCP_WRITES;/],
    [
      "unsuitable_address",
      { C1_MCP_PUBLIC_URL: "http://a.example" },
      "C1_MCP_PUBLIC_URL",
      /^Set C1_MCP_PUBLIC_URL to scheme, host and at most a path/,
    ],
    [
      "missing_folder",
      { C1_MCP_SECRETS_DIR: "/nowhere" },
      "C1_MCP_SECRETS_DIR",
      /^Create that folder or correct/,
    ],
    [
      "secret_too_short",
      { C1_MCP_SECRET_A: "abc" },
      "C1_MCP_SECRET_A",
      /^Choose a longer secret .* C1_MCP_SECRET_A/,
    ],
    [
      "conflicting_tenants",
      { CONDUCTORONE_SERVER_URL: "https://a.example", CONDUCTORONE_TENANT_DOMAIN: "b.example" },
      "CONDUCTORONE_TENANT_DOMAIN",
      /^Remove CONDUCTORONE_TENANT_DOMAIN or correct/,
    ],
    [
      "malformed_address",
      { CONDUCTORONE_SERVER_URL: "the tenant" },
      "CONDUCTORONE_SERVER_URL",
      /to the address of the tenant/,
    ],
    [
      "address_with_login",
      { CONDUCTORONE_SERVER_URL: "https://u:p@a.example" },
      "CONDUCTORONE_SERVER_URL",
      /scheme and host alone/,
    ],
    [
      "address_with_path",
      { CONDUCTORONE_SERVER_URL: "https://a.example/p" },
      "CONDUCTORONE_SERVER_URL",
      /scheme and host alone/,
    ],
    [
      "insecure_address",
      { CONDUCTORONE_SERVER_URL: "http://a.example" },
      "CONDUCTORONE_SERVER_URL",
      /^Write https:/,
    ],
    [
      "incomplete_host",
      { CONDUCTORONE_SERVER_URL: "https://acme" },
      "CONDUCTORONE_SERVER_URL",
      /the whole host/,
    ],
    [
      "incomplete_host",
      { CONDUCTORONE_TENANT_DOMAIN: "acme" },
      "CONDUCTORONE_TENANT_DOMAIN",
      /the whole host/,
    ],
    [
      "malformed_client_id",
      { CONDUCTORONE_CLIENT_ID: "acme" },
      "CONDUCTORONE_CLIENT_ID",
      /^Correct CONDUCTORONE_CLIENT_ID, or set CONDUCTORONE_SERVER_URL /,
    ],
  ])("%s: %j", (code, env, setting, fix) => {
    expect(load({ ...READY, ...env }).problems).toEqual([
      { code, setting, message: expect.any(String), fix: expect.stringMatching(fix) },
    ]);
  });

  it.each<[ProblemCode, Environment, setting: string, fix: RegExp]>([
    [
      "missing_client_secret",
      { CONDUCTORONE_CLIENT_ID },
      "CONDUCTORONE_CLIENT_SECRET",
      /^Set CONDUCTORONE_CLIENT_SECRET in/,
    ],
    [
      "missing_oidc_token",
      { CONDUCTORONE_CLIENT_SECRET, CONDUCTORONE_CLIENT_ID: "otter@acme.conductor.one/wfe" },
      "CONDUCTORONE_OIDC_TOKEN",
      /^Set CONDUCTORONE_OIDC_TOKEN, or use the id and the secret of an API key/,
    ],
    [
      "missing_client_id",
      { CONDUCTORONE_CLIENT_SECRET },
      "CONDUCTORONE_CLIENT_ID",
      /^Set CONDUCTORONE_CLIENT_ID in/,
    ],
    ["missing_credential", {}, "CONDUCTORONE_CLIENT_ID", /^An API key of your own will do, /],
    [
      "missing_tenant",
      { CONDUCTORONE_ACCESS_TOKEN: "of-no-use-anywhere" },
      "CONDUCTORONE_SERVER_URL",
      /^Set CONDUCTORONE_CLIENT_ID, whose host is the tenant, or/,
    ],
    [
      "swapped_id_and_secret",
      { CONDUCTORONE_CLIENT_ID: CONDUCTORONE_CLIENT_SECRET },
      "CONDUCTORONE_CLIENT_ID",
      /^Exchange the two values/,
    ],
    [
      "unread_variable",
      { CONDUCTORONE_CLIENT_ID, CONDUCTOR_ONE_CLIENT_SECRET: "x" },
      "CONDUCTOR_ONE_CLIENT_SECRET",
      /^Rename CONDUCTOR_ONE_CLIENT_SECRET to CONDUCTORONE_CLIENT_SECRET\.$/,
    ],
  ])("%s, possibly among others: %j", (code, env, setting, fix) => {
    expect(load(env).problems).toContainEqual({
      code,
      setting,
      message: expect.any(String),
      fix: expect.stringMatching(fix),
    });
  });

  it("names the flag if the value came from one", () => {
    expect(load(READY, { port: "x" }).problems).toMatchObject([
      {
        code: "invalid_value",
        setting: "--port",
        fix: "Correct --port; `help environment` says what it takes.",
      },
    ]);
  });

  it("quotes nothing that the operator wrote", () => {
    expect(load({ ...READY, C1_MCP_WRITES: "swapped" }).problems).toMatchObject([
      { code: "invalid_value", fix: "Correct C1_MCP_WRITES; `help environment` says what it takes." },
    ]);
  });
});

describe("the file of a secret", () => {
  const NAME = "C1_MCP_STATE_KEY_FILE";

  it.each<[ProblemCode, file: string, fix: RegExp]>([
    ["unreadable_file", "nothing", /^Create that file, .* or correct C1_MCP_STATE_KEY_FILE\.$/],
    ["irregular_file", ".", /^Put the secret into a regular file .* in C1_MCP_STATE_KEY_FILE\.$/],
    ["secret_too_short", "short", /where C1_MCP_STATE_KEY_FILE says\.$/],
  ])("%s", (code, file, fix) => {
    expect(load({ ...READY, [NAME]: join(folder, file) }).problems).toMatchObject([
      { code, setting: NAME, fix: expect.stringMatching(fix) },
    ]);
  });

  it("set_twice", () => {
    const env = { ...READY, C1_MCP_STATE_KEY: "k".repeat(40), [NAME]: join(folder, "good") };
    expect(load(env).problems).toMatchObject([
      { code: "set_twice", setting: NAME, fix: `Remove ${NAME} or the variable without _FILE.` },
    ]);
  });

  it.skipIf(process.platform === "win32")("file_open_to_others is a warning", () => {
    const { problems, warnings } = load({ ...READY, [NAME]: join(folder, "open") });
    expect(problems).toEqual([]);
    expect(warnings).toMatchObject([
      {
        code: "file_open_to_others",
        setting: NAME,
        fix: expect.stringMatching(/^Let nobody but the server/),
      },
    ]);
  });
});
