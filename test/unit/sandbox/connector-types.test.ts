import { describe, expect, it } from "vitest";
import { CONNECTOR_TYPE_ROWS } from "../../../src/connector-types/data.ts";
import { type ConfigValue, checkConfig, ENV_CONFIG, GROUP_KEY } from "../../../src/sandbox/config-check.ts";
import { type ConnectorType, findConnectorType } from "../../../src/sandbox/connector-type-table.ts";
import { call, NOBODY, openSandbox } from "./harness.ts";

const types = CONNECTOR_TYPE_ROWS.map(([, , catalogId]) => findConnectorType(catalogId) as ConnectorType);

const VALUE_OF_KIND = {
  text: { stringValue: "some text" },
  bool: { stringValue: "true" },
  list: { stringValue: "one,two" },
  map: { keyValues: { items: [{ key: "a", value: "b" }] } },
} satisfies Record<string, ConfigValue>;

function fullConfig(type: ConnectorType, group?: string): Record<string, unknown> {
  const fields = type.fields.filter(
    ({ groups }) => group === undefined || groups.includes(group) || groups.length === 0,
  );
  return {
    ...Object.fromEntries(fields.map(({ key, kind }) => [key, VALUE_OF_KIND[kind]])),
    ...(group === undefined ? {} : { [GROUP_KEY]: { stringValue: group } }),
  };
}
const check = (type: ConnectorType, configuration: unknown, rest: object = { "@type": ENV_CONFIG }) =>
  checkConfig(type.catalogId, { ...rest, configuration });
const typeOf = (slug: string) => types.find((type) => type.slug === slug) as ConnectorType;

describe("the sandbox's table of connector types", () => {
  it("is parsed completely", () => {
    expect(types).toHaveLength(149);
    expect(types.every(Boolean)).toBe(true);
    expect(types.flatMap(({ fields }) => fields)).toHaveLength(485);
    const count = (kind: string) =>
      types.flatMap(({ fields }) => fields).filter((field) => field.kind === kind).length;
    expect([count("text"), count("bool"), count("list"), count("map")]).toEqual([405, 61, 18, 1]);
    expect(types.flatMap(({ fields }) => fields).filter(({ secret }) => secret)).toHaveLength(173);
    expect(types.filter(({ groups }) => groups.length > 0)).toHaveLength(11);
    expect(types.filter(({ retired }) => retired).map(({ slug }) => slug)).toEqual(["tailscale"]);
    expect(findConnectorType(NOBODY)).toBeUndefined();
  });
});

describe("the config envelope", () => {
  it.each(
    types.map((type) => [type.slug, type] as const),
  )("of %s takes its own keys alone", (_slug, type) => {
    for (const group of type.groups.length === 0 ? [undefined] : type.groups) {
      const config = fullConfig(type, group);
      expect(check(type, config)).toEqual(config);
      expect(() => check(type, { ...config, no_such_key: { stringValue: "x" } })).toThrow("no_such_key");
      for (const key of Object.keys(config)) {
        expect(() => check(type, { ...config, [key]: "bare text" })).toThrow(key);
        expect(() => check(type, { ...config, [key]: { stringValue: 1 } })).toThrow(key);
        expect(() => check(type, { ...config, [key]: { stringValue: "true", more: 1 } })).toThrow(key);
      }
    }
  });

  it("requires a group if the type has some, and accepts only that group's keys", () => {
    const github = typeOf("github_v2");
    expect(() => check(github, { github_access_token: { stringValue: "x" } })).toThrow(
      `"${GROUP_KEY}" is required`,
    );
    expect(() => check(github, { [GROUP_KEY]: { stringValue: "nope" } })).toThrow("must be one of");
    const mixed = { ...fullConfig(github, "github_app_group"), github_access_token: { stringValue: "x" } };
    expect(() => check(github, mixed)).toThrow("does not belong to the field group github_app_group");
    expect(() => check(typeOf("okta"), { [GROUP_KEY]: { stringValue: "x" } })).toThrow(GROUP_KEY);
  });

  it("requires booleans and lists in the API's form", () => {
    const aws = typeOf("aws");
    for (const text of ["True", "1", "yes", ""]) {
      expect(() => check(aws, { aws_orgs_enable: { stringValue: text } })).toThrow('"true" or "false"');
    }
    const lists = typeOf("bitbucket");
    expect(() => check(lists, { bitbucket_workspace_list: { stringValue: "a, b" } })).toThrow("joined");
  });

  it("accepts a map only for the one map field", () => {
    const http = typeOf("http");
    const map = VALUE_OF_KIND.map;
    expect(() => check(http, { http_connector_map_values: { stringValue: "x" } })).toThrow("keyValues");
    expect(() => check(typeOf("okta"), { okta_domain: map })).toThrow("stringValue");
  });

  it("must be complete, and is never quoted in a refusal", () => {
    const okta = typeOf("okta");
    const config = { okta_domain: { stringValue: "canary" } };
    expect(() => check(okta, config, {})).toThrow('missing "@type"');
    expect(() => check(okta, config, { "@type": "EnvConfig" })).toThrow('"@type" must be');
    expect(() => check(okta, config, { "@type": ENV_CONFIG, okta_domain: "canary" })).toThrow(
      'unknown field "okta_domain"',
    );
    expect(() => check(okta, undefined)).toThrow("configuration");
    expect(() => checkConfig(okta.catalogId, "canary")).toThrow("object");
    for (const bad of [{ okta_domain: "canary" }, { x: { stringValue: "canary" } }]) {
      expect(() => check(okta, bad)).toThrow(expect.not.stringContaining("canary"));
    }
  });
});

describe("the connector catalog", () => {
  it("shows each type's fields with exactly one kind, and marks secrets", async () => {
    const sandbox = await openSandbox();
    for (const type of types) {
      const { json, status } = await call(sandbox, "POST", "/api/v1/connectorcatalog", {
        catalogId: type.catalogId,
      });
      expect([type.slug, status, json.schema.displayName]).toEqual([type.slug, 200, type.name]);
      expect(json.schema.fields.map((field: { name: string }) => field.name)).toEqual(
        type.fields.map(({ key }) => key),
      );
      for (const [index, field] of json.schema.fields.entries()) {
        const kinds = ["str", "checkbox", "strList", "stringMap", "select", "secret", "text", "keyValue"];
        expect(kinds.filter((kind) => field[kind] !== null)).toHaveLength(1);
        expect(field.str?.secret ?? false).toBe(
          type.fields[index]?.kind === "text" && type.fields[index].secret,
        );
      }
      expect(json.schema.fieldGroups.map((group: { name: string }) => group.name)).toEqual(type.groups);
    }
  });

  it("says which fields are required, and which belong to which group", async () => {
    const sandbox = await openSandbox();
    const schemaOf = async (slug: string) =>
      (await call(sandbox, "POST", "/api/v1/connectorcatalog", { catalogId: typeOf(slug).catalogId })).json;
    const required = (json: { formSchema: { fields: { name: string; required: boolean }[] } }) =>
      json.formSchema.fields.filter((field) => field.required).map(({ name }) => name);
    expect(required(await schemaOf("okta_v2"))).toEqual(["okta_v2_domain", "okta_v2_api_token"]);
    const github = await schemaOf("github_v2");
    expect(required(github)).toEqual([]);
    expect(github.schema.fieldGroups).toMatchObject([
      {
        name: "github_personal_access_token_group",
        default: true,
        fieldNames: ["github_access_token", "github_org_list"],
      },
      { name: "github_app_group", default: false },
    ]);
  });

  it("answers 404 for an unknown id and 400 for an invalid one", async () => {
    const sandbox = await openSandbox();
    const status = async (body: unknown) =>
      (await call(sandbox, "POST", "/api/v1/connectorcatalog", body)).status;
    expect(await status({ catalogId: NOBODY })).toBe(404);
    expect(await status({ catalogId: "okta_v2" })).toBe(400);
    expect(await status({})).toBe(400);
  });
});
