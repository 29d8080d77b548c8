import { systemClock } from "../../../src/clock.ts";
import { loadConfiguration } from "../../../src/config/load.ts";
import { secretFromValue } from "../../../src/config/secret-file.ts";
import type { TenantConfig } from "../../../src/config/tenant.ts";
import { diagnose } from "../../../src/doctor/diagnose.ts";
import type { Lookup } from "../../../src/doctor/dns.ts";
import type { CheckLine, CheckName, Report } from "../../../src/doctor/finding.ts";
import type { Setup } from "../../../src/doctor/setup.ts";
import { createLogger } from "../../../src/log/logger.ts";
import { createRedactor } from "../../../src/log/redact.ts";
import type { Sandbox } from "../../../src/sandbox/start.ts";

export type Environment = Readonly<Record<string, string>>;

export interface Examination extends Report {
  /** The lines of one check. */
  of(check: CheckName): CheckLine[];
  /** The first bad line. */
  readonly failed: CheckLine | undefined;
}

/** Runs the doctor on an environment, with the product's loader, client and redactor. */
export async function examine(
  env: Environment,
  more: { setup?: Partial<Setup>; tenant?: TenantConfig; lookup?: Lookup } = {},
): Promise<Examination> {
  const redactor = createRedactor();
  const configuration = loadConfiguration(env, {}, { sandbox: more.tenant !== undefined, redactor });
  const setup: Setup = {
    env,
    flags: {},
    configuration,
    tenant: more.tenant ?? configuration.tenant,
    redactor,
    logger: createLogger("silent", redactor),
    clock: systemClock,
    signal: new AbortController().signal,
    command: "node dist/main.js",
    ...more.setup,
  };
  const report = await diagnose(setup, more.lookup);
  return {
    ...report,
    of: (check) => report.checks.filter((line) => line.check === check),
    failed: report.checks.find(({ result }) => result === "fail"),
  };
}

/** The variables of a sandbox's own credential. */
export function variablesOf({ serverUrl, clientId, clientSecret }: Sandbox): Environment {
  return {
    CONDUCTORONE_SERVER_URL: serverUrl,
    CONDUCTORONE_CLIENT_ID: clientId,
    CONDUCTORONE_CLIENT_SECRET: clientSecret,
  };
}

export function tenantOf({ serverUrl, clientId, clientSecret }: Sandbox): TenantConfig {
  const secret = secretFromValue(clientSecret, createRedactor());
  return {
    serverUrl,
    tenant: "sandbox",
    credential: { kind: "client_credentials", clientId, clientSecret: secret },
  };
}
