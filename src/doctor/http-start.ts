import { findMissingSetting } from "../http/find-missing-setting.ts";
import { type Finding, fail } from "./finding.ts";
import type { Setup } from "./setup.ts";

/** Whether `http` starts with these settings, if any of them says how it is to know its callers. */
export function checkHttpStart({ configuration, sandbox = false }: Setup): Finding[] {
  const { settings, problems, httpToken, emaKey } = configuration;
  const { oauthIssuer, oauthAudience, emaIssuer } = settings;
  if ([httpToken, oauthIssuer, oauthAudience, emaIssuer].every((one) => one === undefined)) return [];
  // With other problems, the settings are not complete enough to be judged.
  if (problems.some(({ setting }) => !setting.startsWith("CONDUCTORONE_"))) return [];
  const given = { hasTokens: httpToken !== undefined, hasEmaKey: emaKey !== undefined };
  const missing = findMissingSetting({ settings, sandbox, ...given });
  // The check of enterprise-managed authorization names what that lacks.
  if (missing === undefined || missing.reason === "part_of_ema") return [];
  return [fail("`http` does not start with these settings", missing.message)];
}
