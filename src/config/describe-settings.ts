import { SETTINGS, type Setting, type SettingKey, type Settings } from "./schema.ts";
import { showSetting } from "./show-setting.ts";
import type { WriteModes } from "./tool-switches.ts";

/** The settings that differ from their defaults, as text, by variable. Omits secrets, and masks what may be one. */
export function describeSettings(settings: Settings): Record<string, string> {
  const keys = Object.keys(SETTINGS) as SettingKey[];
  return Object.fromEntries(
    keys.flatMap((key) => {
      const { env, secret, schema }: Setting = SETTINGS[key];
      const value: unknown = settings[key];
      const text = typeof value === "object" ? formatValue(value as ParsedValue) : String(value);
      return secret || value === undefined || isSame(value, schema.parse(undefined))
        ? []
        : [[env, showSetting(key, text)]];
    }),
  );
}

type ParsedValue = readonly string[] | WriteModes;

/** As people write it. */
function formatValue(value: ParsedValue): string {
  if (!("byTool" in value)) return value.join(",");
  const modes = Object.entries(value.byTool).map((pair) => pair.join("="));
  if (value.default !== "allow") modes.unshift(value.default);
  return modes.join(",");
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
