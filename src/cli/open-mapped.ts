import { systemClock } from "../clock.ts";
import type { Configuration } from "../config/load.ts";
import type { Credentials } from "../credentials/open.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import type { Arguments } from "./args.ts";

/** The credentials by the file that says whose serves whom, where there is one; and the configuration, with what is wrong with it. */
export async function openMapped(
  { sandbox, command }: Arguments,
  configuration: Configuration,
  tools: { readonly redactor: Redactor; readonly logger: Logger },
): Promise<{ readonly configuration: Configuration; readonly credentials?: Credentials }> {
  const { settings, problems, warnings, httpToken } = configuration;
  const path = settings.credentialsFile;
  if (sandbox || command !== "http" || path === undefined || problems.length > 0) return { configuration };
  const { openCredentials } = await import("../credentials/open.ts");
  const origins = { issuers: [settings.oauthIssuer ?? []].flat(), hasTokens: httpToken !== undefined };
  const opened = await openCredentials({ path, settings, origins, clock: systemClock, ...tools });
  if ("problems" in opened) return { configuration: { ...configuration, problems: opened.problems } };
  return {
    credentials: opened,
    configuration: { ...configuration, warnings: [...warnings, ...opened.warnings] },
  };
}
