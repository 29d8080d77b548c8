import { expect, it } from "vitest";
import { loadConfiguration } from "../../../src/config/load.ts";
import { createRedactor } from "../../../src/log/redact.ts";

const load = (env: Record<string, string>) =>
  loadConfiguration(env, {}, { sandbox: true, redactor: createRedactor() });

it.each([
  ["C1_MCP_LOG_LEVEL", " WARN", { logLevel: "warn" }],
  ["C1_MCP_READ_ONLY", "True ", { readOnly: true }],
  ["C1_MCP_INLINE_SECRETS", "Allow", { inlineSecrets: "allow" }],
  ["C1_MCP_PAGE", "OFF", { page: "off" }],
  ["C1_MCP_SHARED_OUTAGE", "Alone", { sharedOutage: "alone" }],
  ["C1_MCP_WRITES", "Confirm", { writes: { default: "confirm", byTool: {} } }],
  [
    "C1_MCP_WRITES",
    " Allow , Create_App = BLOCK",
    { writes: { default: "allow", byTool: { create_app: "block" } } },
  ],
  ["C1_MCP_TOOLS", "WhoAmI, Find_Apps", { tools: ["whoami", "find_apps"] }],
])("%s=%j is taken for what it can only mean", (name, value, settings) => {
  expect(load({ [name]: value })).toMatchObject({ problems: [], settings });
});
