import { describe, expect, it } from "vitest";
import { listTypes } from "../../../../src/connector-types/table.ts";
import { describeType } from "../../../../src/tools/connector-config/spec.ts";
import { fromTable, live, NOTHING_KNOWN, onlyLive } from "./specs.ts";

const field = (spec: ReturnType<typeof fromTable>, key: string) =>
  spec.fields.find((each) => each.key === key);

describe("the source of a description", () => {
  it("the table alone: nothing is known to be required", () => {
    const spec = fromTable("okta_v2");
    expect(spec).toMatchObject({ source: "table", label: "Okta v2", slug: "okta_v2", setup: "config" });
    expect(spec.fields.every(({ required }) => !required)).toBe(true);
    expect(field(spec, "okta_v2_api_token")).toMatchObject({ kind: "text", secret: true });
  });

  it("the tenant decides keys, kinds, groups and what is required; secret marks of the table stay", () => {
    const spec = fromTable(
      "okta_v2",
      live([
        { name: "okta_v2_api_token", required: true, help: "from the admin page" },
        { name: "okta_v2_domain", kind: "list" },
        { name: "brand_new", options: ["a", "b"] },
      ]),
    );
    expect(spec.source).toBe("live");
    expect(spec.fields).toEqual([
      {
        key: "okta_v2_api_token",
        kind: "text",
        secret: true,
        required: true,
        groups: [],
        help: "from the admin page",
      },
      { key: "okta_v2_domain", kind: "list", secret: false, required: false, groups: [] },
      { key: "brand_new", kind: "text", secret: false, required: false, groups: [], options: ["a", "b"] },
    ]);
    expect(fromTable("github_v2", live([{ name: "a" }])).groups).toEqual([]);
  });

  it("a tenant that shows no fields leaves them to the table", () => {
    expect(fromTable("okta_v2", live([]))).toMatchObject({ source: "table", fields: { length: 5 } });
    expect(fromTable("ramp", live([]))).toMatchObject({ source: "live", fields: [] });
  });

  it("what the vendor's own provider sends can be sent, whatever the tenant calls it", () => {
    const spec = fromTable(
      "okta_v2",
      live([
        { name: "okta_v2_domain", kind: "other" },
        { name: "x", kind: "other" },
      ]),
    );
    expect(spec.fields.map(({ kind }) => kind)).toEqual(["text", "other"]);
  });

  it("only the tenant, or neither", () => {
    expect(onlyLive(live([{ name: "a" }], { name: "New" }))).toMatchObject({
      source: "live",
      label: "New",
      name: "New",
    });
    expect(NOTHING_KNOWN).toMatchObject({ source: "none", label: "2new", setup: "config", fields: [] });
    expect(NOTHING_KNOWN).not.toHaveProperty("name");
    expect(NOTHING_KNOWN).not.toHaveProperty("slug");
  });
});

describe("secret fields", () => {
  it.each([
    "client_secret",
    "PASSWORD",
    "db-passwd",
    "access_token",
    "privateKey",
    "apikey",
    "api_key",
    "x-API-Key",
  ])("include %s by its key alone", (name) => {
    expect(onlyLive(live([{ name }])).fields).toMatchObject([{ secret: true }]);
  });

  it.each(["domain", "username", "public_key", "api_url", "pass"])("do not include %s", (name) => {
    expect(onlyLive(live([{ name }])).fields).toMatchObject([{ secret: false }]);
  });

  it("are marked by the tenant or by the table", () => {
    expect(onlyLive(live([{ name: "domain", secret: true }])).fields).toMatchObject([{ secret: true }]);
    for (const schema of [undefined, live([{ name: "panther_url" }])]) {
      expect(field(fromTable("panther", schema), "panther_url")).toMatchObject({ secret: true });
    }
    expect(field(fromTable("trello"), "api-key")).toMatchObject({ secret: true });
  });

  it("never include booleans", () => {
    const bools = listTypes().flatMap((type) =>
      describeType(type.catalogId, type, undefined).fields.filter(({ kind }) => kind === "bool"),
    );
    expect(bools.some(({ key }) => /secret/.test(key))).toBe(true);
    expect(bools.filter(({ secret }) => secret)).toEqual([]);
  });
});

describe("how a type is set up", () => {
  it.each([
    ["okta_v2", "config"],
    ["microsoft_entra", "config"],
    ["azure_ad", "oauth"],
    ["ramp", "oauth"],
    ["baton", "agent"],
  ])("%s by the table: %s", (slug, setup) => {
    expect(fromTable(slug).setup).toBe(setup);
  });

  it("is determined by the tenant", () => {
    const group = { name: "g", isDefault: true, fields: ["a"] };
    expect(onlyLive(live([{ name: "a" }], { requiresExternalConnector: true })).setup).toBe("agent");
    expect(onlyLive(live([{ name: "a" }], { isOauth2: true })).setup).toBe("oauth");
    expect(onlyLive(live([{ name: "a" }], { isOauth2: true, groups: [group] })).setup).toBe("config");
    expect(onlyLive(live([{ name: "a", kind: "other" }])).setup).toBe("oauth");
    expect(fromTable("okta_v2", live([], { isOauth2: true }))).toMatchObject({
      source: "table",
      setup: "oauth",
    });
  });
});

it("the groups of a field are known", () => {
  const spec = fromTable("github_v2");
  expect(spec.groups).toEqual([
    {
      name: "github_personal_access_token_group",
      isDefault: false,
      keys: ["github_access_token", "github_org_list"],
    },
    {
      name: "github_app_group",
      isDefault: false,
      keys: ["github_app_id", "github_app_private_key", "github_app_org", "github_sync_secrets"],
    },
  ]);
  const groups = [{ name: "g", label: "Group", isDefault: true, fields: ["a"] }];
  const shown = onlyLive(live([{ name: "a" }, { name: "b" }], { groups }));
  expect(shown.fields.map((each) => each.groups)).toEqual([["g"], []]);
  expect(shown.groups).toEqual([{ name: "g", label: "Group", isDefault: true, keys: ["a"] }]);
});
