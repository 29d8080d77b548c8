import { describe, expect, it } from "vitest";
import { guessArgument, isNeedless } from "../../../src/tools/argument-words.ts";
import { TOOLS } from "../../../src/tools/index.ts";
import { toJsonSchema } from "../../../src/tools/json-schema.ts";

const argumentsOf = (name: string) => {
  const tool = TOOLS.find((one) => one.name === name);
  if (!tool) throw new Error(name);
  return Object.keys(toJsonSchema(tool.input).properties as object);
};

describe("the argument that an unknown one stands for", () => {
  it.each([
    ["create_app", "name", "displayName"],
    ["create_app", "AppName", "displayName"],
    ["create_app", "owner_emails", "owners"],
    ["create_app", "grant_policy", "grantPolicyId"],
    ["create_app", "simulate", "dryRun"],
    ["create_app", "on_conflict", "ifExists"],
    ["create_app", "price_per_seat", "monthlyCostUsd"],
    ["create_connector", "app", "appId"],
    ["create_connector", "connector_type", "catalogId"],
    ["create_connector", "members", "userIds"],
    ["create_connector", "settings", "config"],
    ["update_connector", "connectorName", "connectorId"],
    ["update_connector", "id", undefined],
    ["add_connector_user_owner", "user", "userRefId"],
    ["add_connector_user_owner", "email", "userRefId"],
    ["add_connector_user_owner", "roleName", "roleSlug"],
    ["find_users", "search_term", "query"],
    ["find_apps", "pageSize", "limit"],
    ["find_policies", "policyType", "type"],
    ["sync_connector", "colour", undefined],
    ["create_app", "__proto__", undefined],
    ["create_app", "constructor", undefined],
    ["create_app", "", undefined],
  ])("%s %s -> %s", (tool, key, expected) => {
    expect(guessArgument(key, argumentsOf(tool))).toBe(expected);
  });

  it("is undefined if a word fits two", () => {
    expect(guessArgument("policy", ["grantPolicyId", "revokePolicyId"])).toBeUndefined();
  });

  it.each([
    "confirm",
    "confirmed",
    "user_approval",
    "reason",
    "reasoning",
    "verbose",
    "FORCE",
  ])("%s can be omitted", (key) => expect(isNeedless(key)).toBe(true));

  // Without these, a call would do more or something other than was meant.
  it.each([
    "simulate",
    "preview",
    "tenant",
    "owner",
    "onlyIf",
    "description",
  ])("%s cannot be omitted", (key) => expect(isNeedless(key)).toBe(false));
});
