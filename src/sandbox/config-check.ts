import { z } from "zod/v3";
import { isObject } from "../json.ts";
import { type ConfigField, type ConnectorType, findConnectorType } from "./connector-type-table.ts";
import { invalidArgument } from "./problems.ts";

export const ENV_CONFIG = "type.googleapis.com/c1.api.app.v1.EnvConfig";
export const GROUP_KEY = "C1_selected_field_group_name";

const stringValue = z.object({ stringValue: z.string() }).strict();
const keyValues = z
  .object({
    keyValues: z
      .object({ items: z.array(z.object({ key: z.string().min(1), value: z.string() }).strict()) })
      .strict(),
  })
  .strict();

export type ConfigValue = z.output<typeof stringValue> | z.output<typeof keyValues>;

/**
 * Checks a config envelope and returns the configuration in it. Messages name keys, never values. It is not known how the real
 * API words such refusals, or whether it makes them at creation or later.
 */
export function checkConfig(catalogId: string, config: unknown): Record<string, ConfigValue> {
  const configuration = openEnvelope(config);
  const type = findConnectorType(catalogId);
  const group = type === undefined ? undefined : selectedGroup(type, configuration);
  const check = ([key, value]: [string, unknown]): [string, ConfigValue] => {
    if (key === "") throw invalidConfig("empty key");
    if (type === undefined || key === GROUP_KEY) return [key, readAnyValue(key, value)];
    return [key, readFieldValue(findField(type, key, group), value)];
  };
  return Object.fromEntries(Object.entries(configuration).map(check));
}

/** Required keys that the configuration omits or leaves empty. */
export function listMissingKeys(catalogId: string, configuration: Record<string, ConfigValue>): string[] {
  const fields = findConnectorType(catalogId)?.fields ?? [];
  return fields.filter(({ key, required }) => required && isEmpty(configuration[key])).map(({ key }) => key);
}

function openEnvelope(config: unknown): Record<string, unknown> {
  if (!isObject(config)) throw invalidConfig("it must be an object");
  const { "@type": type, configuration, ...rest } = config;
  if (type === undefined) throw invalidConfig('missing "@type"');
  if (type !== ENV_CONFIG) throw invalidConfig(`"@type" must be ${ENV_CONFIG}`);
  const [unknown] = Object.keys(rest);
  if (unknown !== undefined) throw invalidConfig(`unknown field "${unknown}"`);
  if (!isObject(configuration)) throw invalidConfig('"configuration" must be an object');
  return configuration;
}

function selectedGroup(type: ConnectorType, configuration: Record<string, unknown>): string | undefined {
  const given = configuration[GROUP_KEY];
  if (type.groups.length === 0) {
    if (given !== undefined) throw invalidConfig(`unknown key "${GROUP_KEY}" for connector ${type.slug}`);
    return undefined;
  }
  if (given === undefined)
    throw invalidConfig(`"${GROUP_KEY}" is required, one of ${type.groups.join(", ")}`);
  const parsed = stringValue.safeParse(given);
  if (!parsed.success || !type.groups.includes(parsed.data.stringValue)) {
    throw invalidConfig(`"${GROUP_KEY}" must be one of ${type.groups.join(", ")}`);
  }
  return parsed.data.stringValue;
}

function findField(type: ConnectorType, key: string, group: string | undefined): ConfigField {
  const field = type.fields.find((candidate) => candidate.key === key);
  if (field === undefined) throw invalidConfig(`unknown key "${key}" for connector ${type.slug}`);
  if (group !== undefined && field.groups.length > 0 && !field.groups.includes(group)) {
    throw invalidConfig(`key "${key}" does not belong to the field group ${group}`);
  }
  return field;
}

function readFieldValue(field: ConfigField, value: unknown): ConfigValue {
  if (field.kind === "map") {
    const map = keyValues.safeParse(value);
    if (!map.success)
      throw invalidConfig(`key "${field.key}" must be {"keyValues": {"items": [{"key", "value"}]}}`);
    return map.data;
  }
  const parsed = stringValue.safeParse(value);
  if (!parsed.success) throw invalidConfig(`key "${field.key}" must be {"stringValue": string}`);
  const text = parsed.data.stringValue;
  if (field.kind === "bool" && text !== "true" && text !== "false") {
    throw invalidConfig(`key "${field.key}" must be "true" or "false"`);
  }
  if (field.kind === "list" && text.includes(", ")) {
    throw invalidConfig(`key "${field.key}" must be a list joined with "," alone`);
  }
  return parsed.data;
}

function readAnyValue(key: string, value: unknown): ConfigValue {
  const parsed = z.union([stringValue, keyValues]).safeParse(value);
  if (!parsed.success) throw invalidConfig(`key "${key}" must hold one of stringValue, keyValues`);
  return parsed.data;
}

function isEmpty(value: ConfigValue | undefined): boolean {
  if (value === undefined) return true;
  return "stringValue" in value ? value.stringValue === "" : value.keyValues.items.length === 0;
}

function invalidConfig(reason: string): Error {
  return invalidArgument(`invalid connector config: ${reason}`);
}
