import { describe, expect, it } from "vitest";
import { describeSettings } from "../../../src/config/describe-settings.ts";
import { loadConfiguration } from "../../../src/config/load.ts";
import { checkConfiguration } from "../../../src/doctor/configuration.ts";
import type { Setup } from "../../../src/doctor/setup.ts";
import { createRedactor } from "../../../src/log/redact.ts";
import { createKeyPair } from "../../../src/sandbox/auth/key-pair.ts";

/* A secret in the place of another setting is not shown. */

const key = createKeyPair().privateJwk;
const BODY = Buffer.from(JSON.stringify(key)).toString("base64url");
const SECRET = `secret-token:conductorone.com:v1:${BODY}`;
const ID = "brave-fox@acme.conductor.one/pcc";

function describeAll(changes: Record<string, string>): string {
  const env = { CONDUCTORONE_CLIENT_ID: ID, CONDUCTORONE_CLIENT_SECRET: SECRET, ...changes };
  const redactor = createRedactor();
  const configuration = loadConfiguration(env, {}, { sandbox: false, redactor });
  const findings = checkConfiguration({ env, flags: {}, configuration } as unknown as Setup);
  return JSON.stringify(
    redactor.redactValue([findings, configuration.problems, describeSettings(configuration.settings)]),
  );
}

it("the records of a start show settings as people write them", () => {
  const env = {
    C1_MCP_WRITES: "confirm, create_app=block",
    C1_MCP_TOOLS: "whoami, Create_App",
    C1_MCP_ALLOWED_HOSTS: "mcp.acme.example",
    C1_MCP_ALLOWED_ORIGINS: "https://a.example https://b.example",
    C1_MCP_READ_ONLY: "true",
    C1_MCP_DRAIN_MS: "300",
    C1_MCP_HTTP_TOKEN: "canary-token-of-caller",
  };
  const load = (changes: Record<string, string>) =>
    describeSettings(loadConfiguration(changes, {}, { sandbox: true, redactor: createRedactor() }).settings);
  expect(load(env)).toEqual({
    C1_MCP_WRITES: "confirm,create_app=block",
    C1_MCP_TOOLS: "whoami,create_app",
    C1_MCP_ALLOWED_HOSTS: "mcp.acme.example",
    C1_MCP_ALLOWED_ORIGINS: "https://a.example,https://b.example",
    C1_MCP_READ_ONLY: "true",
    C1_MCP_DRAIN_MS: "300",
  });
  for (const modes of ["confirm", "create_app=confirm", "block,create_app=allow"])
    expect(load({ C1_MCP_WRITES: modes })).toEqual({ C1_MCP_WRITES: modes });
});

describe("a secret in the wrong place is not shown", () => {
  const url = { CONDUCTORONE_SERVER_URL: "https://acme.conductor.one" };
  it.each<[string, Record<string, string>]>([
    ["without its prefix, as the id", { CONDUCTORONE_CLIENT_ID: BODY, ...url }],
    ["cut, as the id", { CONDUCTORONE_CLIENT_ID: SECRET.slice(14, -10), ...url }],
    ["its end, as the id", { CONDUCTORONE_CLIENT_ID: BODY.slice(40), ...url }],
    ["behind the id", { CONDUCTORONE_CLIENT_ID: `${ID} ${BODY.slice(9)}`, ...url }],
    ["as the name in an id", { CONDUCTORONE_CLIENT_ID: `${BODY}@acme.conductor.one/pcc` }],
    ["as a host", { CONDUCTORONE_SERVER_URL: `https://${BODY}.example` }],
    ["as a mode", { C1_MCP_WRITES: BODY }],
    ["its end as a mode of a tool", { C1_MCP_WRITES: `create_app=${BODY.slice(40)}` }],
    ["as a tool", { C1_MCP_TOOLS: `create_app,${BODY.slice(3)}` }],
    ["as a log level", { C1_MCP_LOG_LEVEL: BODY }],
  ])("%s", (_what, changes) => {
    const text = describeAll(changes).toLowerCase();
    for (let at = 0; at + 8 < BODY.length; at += 4)
      expect(text).not.toContain(BODY.slice(at, at + 8).toLowerCase());
  });

  it("and what is no secret is shown", () => {
    const text = describeAll({ C1_MCP_TOOLS: "create_ap,add_connector_user_ownr" });
    expect(text).toContain(`CONDUCTORONE_CLIENT_ID=${ID} (environment)`);
    expect(text).toContain("create_ap");
    expect(text).toContain("add_connector_user_ownr");
  });
});
