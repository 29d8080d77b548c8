import { readTokens } from "../config/http-tokens.ts";
import type { Configuration } from "../config/load.ts";
import type { Origins } from "../credentials/find-warnings.ts";
import type { Setup } from "../doctor/setup.ts";
import type { Redactor } from "../log/redact.ts";

/** The credentials of the file that maps callers to them, for the doctor: it tests each separately and does not follow changes. */
export async function listMappedCredentials(
  sandbox: boolean,
  configuration: Configuration,
  redactor: Redactor,
): Promise<Pick<Setup, "configuration" | "credentials">> {
  const { settings, problems, warnings } = configuration;
  const path = settings.credentialsFile;
  if (sandbox || path === undefined || problems.length > 0) return { configuration };
  const { loadMapping, listCredentials } = await import("../credentials/open.ts");
  const loaded = await loadMapping(path, settings, originsOf(configuration));
  if ("problems" in loaded) return { configuration: { ...configuration, problems: loaded.problems } };
  // A problem with an entry's secret shows when the credential is tested.
  const told = loaded.warnings.filter(({ code }) => code !== "unreadable_file" && code !== "irregular_file");
  return {
    configuration: { ...configuration, warnings: [...warnings, ...told] },
    credentials: listCredentials(loaded, { redactor, timeoutMs: settings.timeoutMs }),
  };
}

/** Where callers can come from. */
export function originsOf({ settings, httpToken }: Configuration): Origins {
  const { oauthIssuer, emaIssuer } = settings;
  const issuers = [oauthIssuer, emaIssuer].filter((issuer) => issuer !== undefined);
  const holders = async () => readTokens((await httpToken?.()) ?? "").map(({ holder }) => holder);
  // That the tokens cannot be read is reported by who admits callers.
  return { issuers, holders: () => holders().catch(() => undefined) };
}
