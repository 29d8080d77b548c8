import { expect, it } from "vitest";
import { listTitles } from "../../../../src/tools/connector-config/titles.ts";
import { fromTable, live, onlyLive } from "./specs.ts";

const titlesOf = (labels: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(
    listTitles(
      fromTable(
        "okta_v2",
        live(
          Object.entries(labels).map(([name, label]) => ({ name, ...(label !== undefined && { label }) })),
        ),
      ),
    ).fields,
  );

const groupsOf = (labels: Readonly<Record<string, string | undefined>>) => {
  const groups = Object.entries(labels).map(([name, label]) => ({
    ...{ name, isDefault: false, fields: ["key"] },
    ...(label !== undefined && { label }),
  }));
  return Object.fromEntries(listTitles(onlyLive(live([{ name: "key" }], { groups }))).groups);
};

it("are those that the tenant gives", () => {
  expect(titlesOf({ okta_v2_domain: "Okta domain", okta_v2_api_token: undefined })).toEqual({
    okta_v2_domain: "Okta domain",
  });
  expect(listTitles(fromTable("okta_v2"))).toEqual({ fields: new Map(), groups: new Map() });
});

it.each([
  ["spells a value", 'Domain: "acme.okta.com"'],
  ["spells an arrow", "a -> b"],
  ["has several lines", "Domain\nTenant"],
  ["turns the direction of reading", "Domain\u202e"],
  ["is empty", ""],
  ["begins with a blank", " Domain"],
  ["is long", "x".repeat(81)],
])("are left out if one %s", (_what, label) => {
  expect(titlesOf({ okta_v2_domain: label })).toEqual({});
});

it("are left out if they would also fit another field", () => {
  expect(titlesOf({ url: "Address", backup_url: "ADDRESS", token: "Token", region: "Region" })).toEqual({
    token: "Token",
    region: "Region",
  });
  expect(titlesOf({ url: "domain", domain: "Host" })).toEqual({ domain: "Host" });
});

it("of ways to log in are their names where the tenant's titles do not do", () => {
  expect(groupsOf({ app_group: "GitHub App", token_group: undefined })).toEqual({
    app_group: "GitHub App",
    token_group: "token_group",
  });
  const names = { one: "one", two: "two", three: "three" };
  expect(groupsOf({ one: "Same", two: "SAME", three: 'Say "x"' })).toEqual(names);
  expect(groupsOf({ one: "two", two: "One", three: "Third" })).toEqual({ ...names, three: "Third" });
  expect(Object.fromEntries(listTitles(fromTable("github_v2")).groups)).toEqual({
    github_app_group: "github_app_group",
    github_personal_access_token_group: "github_personal_access_token_group",
  });
});
