import { expect, it } from "vitest";
import { TOOL_NAMES } from "../../../src/config/tool-names.ts";
import { describeUnknownTool } from "../../../src/mcp/describe-unknown-tool.ts";

const tools = TOOL_NAMES.map((name) => ({ name }));

it.each([
  ["createApp", "create_app"],
  ["createapp", "create_app"],
  ["addconnector_user_owner", "add_connector_user_owner"],
  ["c1_create_app", "create_app"],
  ["app_create", "create_app"],
  ["add_owner", "add_connector_user_owner"],
  ["find_connectors_types", "find_connector_types"],
  // A tool's own words in another order count more than other words with few changed letters.
  ["connectors_find", "find_connectors"],
  ["types_connector", "find_connector_types"],
  ["find_connector", "find_connectors"],
  ["list_users", "find_users"],
  ["get_connector", "find_connectors"],
  ["search_apps", "find_apps"],
  ["listConnectors", "find_connectors"],
  ["add_connector_owner", "add_connector_user_owner"],
  ["add_connector", "create_connector"],
  ["edit_connector", "update_connector"],
  ["drop_app", undefined],
  ["delete_app", undefined],
  ["remove_connector", undefined],
  ["creat_ap", "create_app"],
  // Another verb is no typo.
  ["update_app", undefined],
  ["rename_app", undefined],
  ["rename_connector", undefined],
  ["rename_policy", undefined],
  // No tool does this, although a name is similar.
  ["add_app_owner", undefined],
  ["create", undefined],
  ["", undefined],
  ["__proto__", undefined],
])("%s: did you mean %s?", (name, near) => {
  const hint = near === undefined ? `; the tools are ${TOOL_NAMES.join(", ")}` : `; did you mean ${near}?`;
  expect(describeUnknownTool(name, tools)).toBe(`Unknown tool: ${name}${hint}`);
});

it("suggests no tool that is switched off", () => {
  expect(describeUnknownTool("createApp", [{ name: "whoami" }])).toBe(
    "Unknown tool: createApp; the tools are whoami",
  );
  expect(describeUnknownTool("createApp", [])).toBe("Unknown tool: createApp");
});
