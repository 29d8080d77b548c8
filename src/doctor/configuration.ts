import { type Problem, SETTINGS_HELP } from "../config/problem.ts";
import { SETTINGS, type Setting, type SettingKey } from "../config/schema.ts";
import { showSetting } from "../config/show-setting.ts";
import { tellProblems } from "./credential-problems.ts";
import { type Finding, ok, warn } from "./finding.ts";
import type { Setup } from "./setup.ts";

/** Lists every problem and warning, then the source of each good value. Never shows a secret. */
export function checkConfiguration(setup: Setup): Finding[] {
  const { env, flags, configuration, entry, supply, command } = setup;
  const problems = configuration.problems.map(completeFix);
  const warnings = configuration.warnings.map(completeFix);
  const wrong = new Set(problems.map(({ setting }) => setting));
  const entries = Object.entries(SETTINGS) as [SettingKey, Setting][];
  const given = entries.filter(([key, setting]) => isGiven(key, setting));
  const good = given.filter(([, { env: name, flag }]) =>
    [name, `${name}_FILE`, `--${flag}`].every((spelling) => !wrong.has(spelling)),
  );
  return [
    ...tellProblems(
      problems.filter((problem) => !isToldByCredential(problem, setup)),
      supply,
    ),
    ...warnings.map(({ setting, message, fix }) => warn(`${setting} ${message}`, fix)),
    ...good.map(([key, setting]) => ok(describe(key, setting))),
    ok(`${entries.length - given.length} settings have their defaults`),
  ];

  /** So that the command can be copied. */
  function completeFix(problem: Problem): Problem {
    const help = `\`${SETTINGS_HELP}\``;
    return { ...problem, fix: problem.fix.replace(help, () => `\`${command} ${SETTINGS_HELP}\``) };
  }

  function isGiven(key: SettingKey, { env: name, secret }: Setting): boolean {
    return flags[key] !== undefined || Boolean(env[name]?.trim() || (secret && env[`${name}_FILE`]?.trim()));
  }

  function describe(key: SettingKey, { env: name, flag, secret }: Setting): string {
    const onCommandLine = flags[key];
    if (onCommandLine !== undefined)
      return `--${flag}=${secret ? "***" : showSetting(key, onCommandLine)} (flag)`;
    const value = env[name]?.trim();
    if (value) return `${name}=${secret ? "***" : showSetting(key, value)} (${sourceOf(name)})`;
    return `${name}=*** (file ${env[`${name}_FILE`]?.trim()})`;
  }

  function sourceOf(name: string): string {
    if (!entry) return "environment";
    return supply?.filledIn.includes(name) ? "this terminal, for the client's entry" : "the client's entry";
  }
}

/** The check of the credential says more about a client secret that is too short: what one looks like, and where to get it. */
function isToldByCredential({ code, setting }: Problem, { tenant, credentials }: Setup): boolean {
  // From a file it is not even read.
  return (
    code === "secret_too_short" &&
    setting === SETTINGS.clientSecret.env &&
    tenant?.credential.kind === "client_credentials" &&
    credentials === undefined
  );
}
