import { systemClock } from "../clock.ts";
import type { Configuration } from "../config/load.ts";
import type { Credentials } from "../credentials/open.ts";
import type { Setup } from "../doctor/setup.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import type { Arguments } from "./args.ts";

/**
 * Opens the credentials file that maps callers to credentials, if there is one, and returns the configuration with any problems
 * of the file.
 */
export async function openMapped(
  { sandbox, command }: Arguments,
  configuration: Configuration,
  tools: { readonly redactor: Redactor; readonly logger: Logger },
): Promise<{ readonly configuration: Configuration; readonly credentials?: Credentials }> {
  const { settings, problems, warnings, secretStore } = configuration;
  const path = settings.credentialsFile;
  if (sandbox || command !== "http" || path === undefined || problems.length > 0) return { configuration };
  const { openCredentials } = await import("../credentials/open.ts");
  const origins = originsOf(configuration);
  const opened = await openCredentials({
    path,
    settings,
    origins,
    clock: systemClock,
    prime: secretStore.prime,
    ...tools,
  });
  if ("problems" in opened) return { configuration: { ...configuration, problems: opened.problems } };
  return {
    credentials: opened,
    configuration: { ...configuration, warnings: [...warnings, ...opened.warnings] },
  };
}

/** Same for the doctor, which tests each credential separately and does not follow changes. */
export async function listMapped(
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
function originsOf({ settings, httpToken }: Configuration) {
  const { oauthIssuer, emaIssuer } = settings;
  const issuers = [oauthIssuer, emaIssuer].filter((issuer) => issuer !== undefined);
  return { issuers, hasTokens: httpToken !== undefined };
}
