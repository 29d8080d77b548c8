import { SETTINGS, type Setting, type SettingKey } from "../config/schema.ts";
import { tellProblems } from "./credential-problems.ts";
import { type Finding, ok, warn } from "./finding.ts";
import type { Setup } from "./setup.ts";

/** Lists every problem and warning, then the source of each good value. Never shows a secret. */
export function checkConfiguration({ env, flags, configuration, entry, supply }: Setup): Finding[] {
  const { problems, warnings } = configuration;
  const wrong = new Set(problems.map(({ setting }) => setting));
  const entries = Object.entries(SETTINGS) as [SettingKey, Setting][];
  const given = entries.filter(([key, setting]) => isGiven(key, setting));
  const good = given.filter(([, { env: name, flag }]) =>
    [name, `${name}_FILE`, `--${flag}`].every((spelling) => !wrong.has(spelling)),
  );
  return [
    ...tellProblems(problems, supply),
    ...warnings.map(({ setting, message, fix }) => warn(`${setting} ${message}`, fix)),
    ...good.map(([key, setting]) => ok(describe(key, setting))),
    ok(`${entries.length - given.length} settings have their defaults`),
  ];

  function isGiven(key: SettingKey, { env: name, secret }: Setting): boolean {
    return flags[key] !== undefined || Boolean(env[name]?.trim() || (secret && env[`${name}_FILE`]?.trim()));
  }

  function describe(key: SettingKey, { env: name, flag, secret }: Setting): string {
    const onCommandLine = flags[key];
    if (onCommandLine !== undefined) return `--${flag}=${secret ? "***" : onCommandLine} (flag)`;
    const value = env[name]?.trim();
    if (value) return `${name}=${secret ? "***" : value} (${entry ? "entry" : "environment"})`;
    return `${name}=*** (file ${env[`${name}_FILE`]?.trim()})`;
  }
}
