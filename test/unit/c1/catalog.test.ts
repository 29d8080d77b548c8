import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { C1Api, CatalogField } from "../../../src/c1/port.ts";
import { call, connect, failureOf, json, type Stub, startStub } from "./stub-tenant.ts";

let stub: Stub;
let c1: C1Api;

beforeEach(async () => {
  stub = await startStub();
  c1 = connect(stub.url).c1;
});
afterEach(async () => {
  await c1.close();
  await stub.close();
});

async function read(answer: unknown) {
  stub.respond = json(200, answer);
  return c1.catalog.schema("k1", call());
}

/** One field, as `schema` and as `formSchema` describe it. */
async function readField(field: object, form?: object): Promise<CatalogField | undefined> {
  const schema = { fields: [{ name: "f", ...field }] };
  return (await read({ schema, formSchema: form && { fields: [{ name: "f", ...form }] } })).fields[0];
}

it("requests a single type with the id in the body", async () => {
  await read({ schema: {} });
  expect(stub.api).toMatchObject([
    { method: "POST", path: "/api/v1/connectorcatalog", body: '{"catalogId":"k1"}' },
  ]);
});

it("reads the type, its fields and its groups", async () => {
  const group = { name: "g", displayName: "Group", helpText: "", default: true, fieldNames: ["a", 5, null] };
  expect(
    await read({
      schema: {
        displayName: "Okta v2",
        helpUrl: "https://help.example",
        isOauth2: true,
        requiresExternalConnector: true,
        fields: [
          {
            name: "a",
            displayName: "A",
            placeholder: "acme",
            str: { secret: true },
            select: null,
            dependsOnFields: null,
          },
          { name: "" },
          null,
          "x",
        ],
        fieldGroups: [group, { displayName: "no name" }, null],
      },
      formSchema: null,
    }),
  ).toEqual({
    name: "Okta v2",
    helpUrl: "https://help.example",
    isOauth2: true,
    requiresExternalConnector: true,
    fields: [{ name: "a", label: "A", help: "such as acme", kind: "text", secret: true, required: false }],
    groups: [{ name: "g", label: "Group", isDefault: true, fields: ["a"] }],
  });
});

describe("the kind of a field, and whether it is secret", () => {
  it.each<[string, object, object | undefined, string, boolean]>([
    ["str", { str: {} }, undefined, "text", false],
    ["str, secret", { str: { secret: true } }, undefined, "text", true],
    ["text, secret", { text: { secret: true } }, undefined, "text", true],
    ["import, secret", { import: { secret: true } }, undefined, "text", true],
    ["a rotatable secret", { secret: {} }, undefined, "text", true],
    ["select", { select: { items: [] } }, undefined, "text", false],
    ["checkbox", { checkbox: { checked: true } }, undefined, "bool", false],
    ["strList", { strList: { valueValidator: null } }, undefined, "list", false],
    ["stringMap", { stringMap: { optional: true } }, undefined, "map", false],
    ["keyValue, secret", { keyValue: { secret: true } }, undefined, "map", true],
    ["random", { random: { length: 3 } }, undefined, "other", false],
    ["readOnly", { readOnly: {} }, undefined, "other", false],
    ["oauth2", { oauth2: {} }, undefined, "other", false],
    ["options", { options: {} }, undefined, "other", false],
    ["the others null", { str: null, random: null, strList: {} }, undefined, "list", false],
    [
      "a password in the form",
      { str: { secret: false } },
      { stringField: { passwordField: {} } },
      "text",
      true,
    ],
    ["no password in the form", { str: {} }, { stringField: { passwordField: null } }, "text", false],
    ["a kind of tomorrow", { hologram: {} }, undefined, "text", false],
    ["a kind of tomorrow, a boolean in the form", { hologram: {} }, { boolField: {} }, "bool", false],
    ["a kind of tomorrow, a list in the form", { hologram: {} }, { stringSliceField: {} }, "list", false],
    ["a kind of tomorrow, a map in the form", { hologram: {} }, { stringMapField: {} }, "map", false],
    ["a kind of tomorrow, a consent in the form", { hologram: {} }, { oauth2Field: {} }, "other", false],
    ["wrongly typed", { str: "yes", checkbox: [] }, undefined, "text", false],
  ])("%s", async (_name, field, form, kind, secret) => {
    expect(await readField(field, form)).toMatchObject({ kind, secret });
  });

  it("a choice has its values, without the blank one", async () => {
    const items = [
      { value: "us", displayName: "US" },
      { value: "eu" },
      { value: "" },
      { value: null },
      null,
      5,
    ];
    expect(await readField({ select: { items } })).toMatchObject({ options: ["us", "eu"] });
    expect(await readField({ str: {} }, { stringField: { selectField: { options: items } } })).toMatchObject({
      options: ["us", "eu"],
    });
    expect(await readField({ select: { items: [] } })).not.toHaveProperty("options");
  });
});

describe("a field is required only on clear evidence", () => {
  it.each<[string, object, object | undefined, boolean]>([
    ["nothing said", { str: { valueValidator: null } }, { required: false }, false],
    ["the form says so", { str: {} }, { required: true }, true],
    ["the form says so of a list", { strList: {} }, { required: true }, true],
    ["at least one character, as int64 text", { str: { valueValidator: { minLen: "1" } } }, undefined, true],
    ["an exact length", { text: { valueValidator: { len: "32" } } }, undefined, true],
    ["at least one byte", { import: { valueValidator: { minBytes: 4 } } }, undefined, true],
    [
      "a length that empty passes",
      { str: { valueValidator: { minLen: "1", ignoreEmpty: true } } },
      undefined,
      false,
    ],
    ["a minimum of zero", { str: { valueValidator: { minLen: "0", maxLen: "9" } } }, undefined, false],
    ["a rule for what is in a list", { strList: { valueValidator: { minLen: "1" } } }, undefined, false],
    ["the rules of the form's text", { str: {} }, { stringField: { rules: { minLen: "3" } } }, true],
    [
      "the rules of the form's list",
      { strList: {} },
      { stringSliceField: { rules: { minItems: "1" } } },
      true,
    ],
    [
      "the rules of the form's map",
      { stringMap: {} },
      { stringMapField: { rules: { isRequired: true } } },
      true,
    ],
    ["a map that is not marked optional", { stringMap: { optional: false } }, undefined, false],
    ["depends on another field", { str: {}, dependsOnFields: ["g"] }, { required: true }, false],
    ["can be set only later", { str: {}, postCreate: true }, { required: true }, false],
    ["not a truth value", { str: {} }, { required: "yes" }, false],
  ])("%s", async (_name, field, form, required) => {
    expect(await readField(field, form)).toMatchObject({ required });
  });
});

describe("schema and formSchema together", () => {
  it("the form adds help, names and fields of its own, and groups if the schema has none", async () => {
    const schema = await read({
      schema: { fields: [{ name: "a", str: {}, placeholder: "p" }] },
      formSchema: {
        displayName: "Form",
        fields: [
          { name: "a", displayName: "A", description: "what a is" },
          { name: "b", displayName: "B", required: true, boolField: {} },
        ],
        fieldGroups: [{ name: "g", default: false, fields: ["a", "b"] }],
      },
    });
    expect(schema).toEqual({
      name: "Form",
      isOauth2: false,
      requiresExternalConnector: false,
      fields: [
        { name: "a", label: "A", help: "what a is", kind: "text", secret: false, required: false },
        { name: "b", label: "B", kind: "bool", secret: false, required: true },
      ],
      groups: [{ name: "g", isDefault: false, fields: ["a", "b"] }],
    });
  });

  it("the schema's groups win, and so does the first of two fields with one name", async () => {
    const schema = await read({
      schema: {
        fields: [
          { name: "a", checkbox: {} },
          { name: "a", str: {} },
        ],
        fieldGroups: [{ name: "s", fieldNames: ["a"] }],
      },
      formSchema: { fieldGroups: [{ name: "f", fields: ["a"] }] },
    });
    expect(schema.fields).toMatchObject([{ name: "a", kind: "bool" }]);
    expect(schema.groups).toEqual([{ name: "s", isDefault: false, fields: ["a"] }]);
  });

  it.each([
    {},
    { schema: null, formSchema: null },
    { schema: "x" },
    { list: [] },
  ])("finds no schema in %j", async (answer) => {
    stub.respond = json(200, answer);
    expect(await failureOf(c1.catalog.schema("k1", call()))).toMatchObject({
      code: "unavailable",
      changed: "no",
    });
  });

  it("five hundred fields are enough: each unknown key of a config is compared with all of them", async () => {
    const fields = Array.from({ length: 2_000 }, (_, index) => ({ name: `f${index}`, str: {} }));
    expect((await read({ schema: { fields } })).fields).toHaveLength(500);
    expect((await read({ formSchema: { fields } })).fields).toHaveLength(500);
  });

  it("accepts an empty schema", async () => {
    expect(await read({ schema: { fields: null, fieldGroups: null } })).toEqual({
      isOauth2: false,
      requiresExternalConnector: false,
      fields: [],
      groups: [],
    });
  });
});

it("reports an unknown type as not found", async () => {
  stub.respond = json(404, { code: 5, message: "not found" });
  const failure = await failureOf(c1.catalog.schema("k1", call()));
  expect(failure).toMatchObject({ code: "not_found", changed: "no", status: 404 });
  expect(failure.message).toContain("read the connector type");
});
