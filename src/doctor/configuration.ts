import { SETTINGS, type Setting, type SettingKey } from "../config/schema.ts";
import { type Finding, fail, ok, warn } from "./finding.ts";
import type { Setup } from "./setup.ts";

/** Every problem and warning, then where each value comes from. Secrets and values with a problem are never shown. */
export function checkConfiguration({ env, flags, configuration }: Setup): Finding[] {
  const { problems, warnings } = configuration;
  const wrong = new Set(problems.map(({ setting }) => setting));
  const entries = Object.entries(SETTINGS) as [SettingKey, Setting][];
  const given = entries.flatMap(([key, setting]) => describe(key, setting) ?? []);
  const preset = entries
    .filter(([key, setting]) => setting.default !== undefined && describe(key, setting) === undefined)
    .map(([, setting]) => `${setting.env}=${setting.default}`);
  return [
    ...problems.map(({ setting, message, fix }) => fail(`${setting} ${message}`, fix)),
    ...warnings.map(({ setting, message, fix }) => warn(`${setting} ${message}`, fix)),
    ...given.map(ok),
    ...(preset.length > 0 ? [ok(`by default: ${preset.join(", ")}`)] : []),
  ];

  function describe(key: SettingKey, setting: Setting): string | undefined {
    const flag = flags[key];
    if (flag !== undefined) return `--${setting.flag}=${shown(setting, flag)} (flag)`;
    const value = env[setting.env]?.trim();
    if (value) return `${setting.env}=${shown(setting, value)} (environment)`;
    const file = `${setting.env}_FILE`;
    const path = setting.secret && !wrong.has(file) ? env[file]?.trim() : undefined;
    return path ? `${setting.env}=*** (file ${path})` : undefined;
  }

  function shown(setting: Setting, value: string): string {
    if (setting.secret) return "***";
    return wrong.has(setting.env) || wrong.has(`--${setting.flag}`) ? "(not shown)" : value;
  }
}
