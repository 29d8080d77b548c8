import { expect, it } from "vitest";
import { listTitles } from "../../../../src/tools/connector-config/titles.ts";
import { fromTable, live } from "./specs.ts";

const titlesOf = (labels: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(
    listTitles(
      fromTable(
        "okta_v2",
        live(
          Object.entries(labels).map(([name, label]) => ({ name, ...(label !== undefined && { label }) })),
        ),
      ),
    ),
  );

it("are those that the tenant gives", () => {
  expect(titlesOf({ okta_v2_domain: "Okta domain", okta_v2_api_token: undefined })).toEqual({
    okta_v2_domain: "Okta domain",
  });
  expect(Object.fromEntries(listTitles(fromTable("okta_v2")))).toEqual({});
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
