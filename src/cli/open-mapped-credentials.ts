import { systemClock } from "../clock.ts";
import type { Configuration } from "../config/load.ts";
import type { Credentials } from "../credentials/open.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import type { Arguments } from "./args.ts";

/**
 * Opens the credentials file that maps callers to credentials, if there is one, and returns the configuration with any problems
 * of the file.
 */
export async function openMappedCredentials(
  { sandbox, command }: Arguments,
  configuration: Configuration,
  tools: { readonly redactor: Redactor; readonly logger: Logger },
): Promise<{ readonly configuration: Configuration; readonly credentials?: Credentials }> {
  const { settings, problems, warnings, secretStore } = configuration;
  const path = settings.credentialsFile;
  if (sandbox || command !== "http" || path === undefined || problems.length > 0) return { configuration };
  const [{ openCredentials }, { originsOf }] = await Promise.all([
    import("../credentials/open.ts"),
    import("./list-mapped-credentials.ts"),
  ]);
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
