import { expect, it } from "vitest";
import { TOOL_NAMES } from "../../../src/config/tool-names.ts";
import { describeUnknownTool } from "../../../src/mcp/describe-unknown-tool.ts";

const tools = TOOL_NAMES.map((name) => ({ name }));

it.each([
  ["createApp", "create_app"],
  ["c1_create_app", "create_app"],
  ["app_create", "create_app"],
  ["add_owner", "add_connector_user_owner"],
  ["find_connectors_types", "find_connector_types"],
  // Its own words in another order are nearer than other words with few letters changed.
  ["connectors_find", "find_connectors"],
  ["types_connector", "find_connector_types"],
  ["find_connector", "find_connectors"],
  ["drop_app", undefined],
  ["create", undefined],
  ["", undefined],
  ["__proto__", undefined],
])("%s: did you mean %s?", (name, near) => {
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  expect(describeUnknownTool(name, tools)).toBe(`Unknown tool: ${name}${hint}`);
});

it("suggests no tool that is switched off", () => {
  expect(describeUnknownTool("createApp", [{ name: "whoami" }])).toBe("Unknown tool: createApp");
});
