import { describe, expect, it } from "vitest";
import { TOOLS } from "../../../src/tools/index.ts";
import { createBench } from "../../support/tool-bench.ts";

const tool = (name: string) => {
  const found = TOOLS.find((one) => one.name === name);
  if (!found) throw new Error(name);
  return found;
};

const POINTS = /or call (\w+): they are the arguments of \1\./;

describe("arguments of another tool", () => {
  it.each([
    [
      "sync_connector",
      { appId: "A", connectorId: "C", userRefId: "jane@acme.example" },
      "add_connector_user_owner",
    ],
    ["create_connector", { appId: "A", connectorId: "C", config: {} }, "update_connector"],
    ["create_connector", { displayName: "Acme CRM" }, "create_app"],
    ["create_app", { appId: "A", catalogId: "okta_v2" }, "create_connector"],
    ["find_policies", { appId: "A" }, "find_connectors"],
    // By their names alone if a value is wrong, too.
    ["create_connector", { displayName: ["A"], instructions: "B" }, "create_app"],
    ["update_connector", { displayName: "A", ifExists: "" }, "create_app"],
    ["find_apps", { appId: ["A"], connectorId: "C" }, "find_connectors"],
    ["create_app", { appId: ["A"], catalogId: "okta_v2", config: {} }, "create_connector"],
  ])("%s %j: %s", async (name, args, other) => {
    const bench = createBench();
    const text = await bench.fail(tool(name), args);
    expect(POINTS.exec(text)?.[1]).toBe(other);
    expect(bench.api.reached).toEqual([]);
  });

  it.each([
    // Missing arguments prove nothing: without a config, this would look like another tool's call.
    ["update_connector", { appId: "A", connectorId: "C" }],
    ["create_app", { displayName: "A", colour: "red" }],
    ["create_app", { appId: ["A"], colour: "red" }],
    ["find_connectors", { limit: "many", cursor: "" }],
    // Several tools would accept it.
    ["whoami", { query: "jane" }],
    ["create_app", {}],
  ])("%s %j suggest no other tool", async (name, args) => {
    expect(await createBench().fail(tool(name), args)).not.toMatch(POINTS);
  });

  it("never suggest a tool that is switched off", async () => {
    const switches = {
      readOnly: false,
      tools: undefined,
      writes: { default: "allow", byTool: { update_connector: "block" } },
    } as const;
    const text = await createBench({}, { switches }).fail(tool("create_connector"), {
      appId: "A",
      connectorId: "C",
      config: {},
    });
    expect(text).not.toMatch(POINTS);
  });
});
