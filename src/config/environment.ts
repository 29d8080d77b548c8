import type { Problem } from "./problem.ts";
import { PLACEHOLDER } from "./secret-names.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

/** The value of a variable. Empty means unset; a placeholder that the client did not fill in is reported as a problem. */
export function readVariable(env: Environment, name: string, problems: Problem[]): string | undefined {
  const value = env[name]?.trim();
  if (value === undefined || value === "") return undefined;
  if (!PLACEHOLDER.test(value)) return value;
  problems.push({
    code: "unfilled_placeholder",
    setting: name,
    message: `still holds the placeholder ${value}: the client did not fill it in`,
    fix: `Set ${name} where the client is started, or write its value into the client's entry.`,
  });
  return undefined;
}
