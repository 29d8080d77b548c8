import { type ConfigValue, GROUP_KEY } from "./config-check.ts";
import { findConnectorType } from "./connector-type-table.ts";

/** Whether a key's value is kept secret. For an unknown type every key counts as secret. */
export function isSecretKey(catalogId: string, key: string): boolean {
  const fields = findConnectorType(catalogId)?.fields ?? [];
  if (key === GROUP_KEY && fields.length > 0) return false;
  return fields.find((field) => field.key === key)?.secret ?? true;
}

/** The secret values of a configuration. */
export function listSecrets(catalogId: string, configuration: Record<string, ConfigValue>): string[] {
  return Object.entries(configuration)
    .filter(([key]) => isSecretKey(catalogId, key))
    .flatMap(([, value]) =>
      "stringValue" in value ? [value.stringValue] : value.keyValues.items.map((item) => item.value),
    );
}
