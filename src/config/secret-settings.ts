import type { Redactor } from "../log/redact.ts";
import type { Secret } from "./credential.ts";
import { type Environment, readVariable } from "./environment.ts";
import { expandHome } from "./paths.ts";
import type { Problem } from "./problem.ts";
import { createReadInTime } from "./read-in-time.ts";
import { lookAtSecretFile } from "./secret-access.ts";
import { isTooShort, isTooShortFile, secretFromFile, secretFromValue, TOO_SHORT } from "./secret-file.ts";
import { PLACEHOLDER } from "./secret-names.ts";

/** What reading a secret needs, and where to add what is found on the way. */
export interface Notes {
  readonly redactor: Redactor;
  readonly timeoutMs: number;
  readonly problems: Problem[];
  readonly warnings: Problem[];
}

/**
 * Reads a secret setting from its variable, or from the file that a second variable names.
 * @param value the content of the variable itself.
 */
export function readSecret(
  env: Environment,
  name: string,
  value: string | undefined,
  { redactor, timeoutMs, problems, warnings }: Notes,
): Secret | undefined {
  const fileName = `${name}_FILE`;
  const named = readVariable(env, fileName, problems);
  if (named === undefined) return value === undefined ? undefined : secretFromValue(value, redactor);
  if (value !== undefined) {
    problems.push({
      code: "set_twice",
      setting: fileName,
      message: `and ${name} are both set: keep one`,
      fix: `Remove ${fileName} or the variable without _FILE.`,
    });
    // The value must stay masked, and must not be reported as missing as well.
    return secretFromValue(value, redactor);
  }
  const path = expandHome(named);
  const { problem, warning } = lookAtSecretFile(fileName, path);
  if (problem !== undefined) problems.push(problem);
  else if (isTooShortFile(path)) problems.push(tooShort(fileName, `names a file whose secret ${TOO_SHORT}`));
  if (warning !== undefined) warnings.push(warning);
  return secretFromFile(fileName, path, redactor, createReadInTime(timeoutMs));
}

/** Reports a variable whose secret is too short to be masked. */
export function refuseShort(env: Environment, name: string, problems: Problem[]): void {
  const value = env[name]?.trim() ?? "";
  // An unfilled placeholder and a wrong name are reported elsewhere.
  if (PLACEHOLDER.test(value) || problems.some(({ setting }) => setting === name)) return;
  if (isTooShort(value)) problems.push(tooShort(name, TOO_SHORT));
}

function tooShort(setting: string, message: string): Problem {
  const fix = `Choose a longer secret in the system that it opens, and put it where ${setting} says.`;
  return { code: "secret_too_short", setting, message, fix };
}
