import { z } from "zod/v3";
import { type ConfigField, type ConnectorType, findConnectorType } from "../connector-type-table.ts";
import { optionalId, readFields, requiredId } from "../fields.ts";
import { notFound } from "../problems.ts";
import type { Call, Operation } from "../tenant.ts";

const shape = z.object({ catalogId: requiredId, appId: optionalId, connectorId: optionalId }).strict();

export const catalogOperations: readonly Operation[] = [
  {
    name: "catalog.schema",
    method: "POST",
    path: "/api/v1/connectorcatalog",
    writes: false,
    run: showSchema,
  },
];

/** The config schema of one catalog id. */
function showSchema(call: Call) {
  const { catalogId } = readFields(call, "ConfigurationSchemaRequest", shape);
  const type = findConnectorType(catalogId);
  if (type === undefined) throw notFound();
  return { schema: showConfigSchema(type), formSchema: showForm(type) };
}

function showConfigSchema(type: ConnectorType) {
  return {
    displayName: type.name,
    helpUrl: "",
    iconUrl: "",
    isOauth2: false,
    requiresExternalConnector: type.slug === "baton",
    supportsExternalResources: false,
    fields: type.fields.map(showField),
    fieldGroups: type.groups.map((name, index) => ({
      name,
      displayName: titleOf(name),
      helpText: "",
      default: index === 0,
      fieldNames: keysOfGroup(type, name),
    })),
  };
}

function showField(field: ConfigField) {
  return {
    name: field.key,
    displayName: titleOf(field.key),
    placeholder: "",
    additionalPlaceholder: "",
    helpUrl: "",
    dependsOnFields: [],
    postCreate: false,
    ...noKind,
    ...kindOf(field),
  };
}

/** A field holds exactly one of these; the others are null. */
const noKind = {
  str: null,
  select: null,
  random: null,
  import: null,
  oauth2: null,
  readOnly: null,
  options: null,
  checkbox: null,
  secret: null,
  strList: null,
  text: null,
  keyValue: null,
  stringMap: null,
};

function kindOf({ kind, secret, required }: ConfigField) {
  switch (kind) {
    case "text":
      return { str: { secret, valueValidator: null } };
    case "bool":
      return { checkbox: { checked: false } };
    case "list":
      return { strList: { valueValidator: null } };
    case "map":
      return { stringMap: { optional: !required } };
  }
}

/** Says which fields are required. The rules are the sandbox's own: see `isRequired` in the table. */
function showForm(type: ConnectorType) {
  return {
    id: "",
    displayName: type.name,
    description: "",
    fields: type.fields.map((field) => ({
      name: field.key,
      displayName: titleOf(field.key),
      description: "",
      required: field.required,
      readOnly: false,
      ...formKindOf(field),
    })),
    fieldGroups: type.groups.map((name, index) => ({
      name,
      displayName: titleOf(name),
      helpText: "",
      default: index === 0,
      fields: keysOfGroup(type, name),
    })),
    fieldRelationships: [],
  };
}

function formKindOf({ kind, secret }: ConfigField) {
  switch (kind) {
    case "text":
      return {
        stringField: {
          defaultValue: "",
          placeholder: "",
          ...(secret
            ? { passwordField: {}, textField: null }
            : { passwordField: null, textField: { multiline: false } }),
        },
      };
    case "bool":
      return { boolField: { defaultValue: false, checkboxField: {}, toggleField: null } };
    case "list":
      return { stringSliceField: { defaultValues: [], placeholder: "", chipsField: {} } };
    case "map":
      return { stringMapField: { defaultValue: {} } };
  }
}

function keysOfGroup(type: ConnectorType, group: string): string[] {
  return type.fields.filter(({ groups }) => groups.includes(group)).map(({ key }) => key);
}

function titleOf(key: string): string {
  const words = key.replace(/[-_]+/g, " ").trim();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
