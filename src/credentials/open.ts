import { DEFAULT_MAX_RESPONSE_BYTES } from "../c1/client.ts";
import type { C1Api } from "../c1/port.ts";
import { createTransport } from "../c1/transport.ts";
import type { Caller } from "../caller.ts";
import type { Clock } from "../clock.ts";
import type { Problem } from "../config/problem.ts";
import type { Settings } from "../config/schema.ts";
import type { TenantConfig } from "../config/tenant.ts";
import { Failure } from "../errors.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import { chooseTenant, findStrangers } from "./choose-tenant.ts";
import { createClients } from "./clients.ts";
import { CREDENTIALS_FILE, type Mapping } from "./entry.ts";
import { createEntrySecrets, withSecret } from "./entry-secrets.ts";
import { problemOf } from "./fault.ts";
import { findEntry } from "./find-entry.ts";
import { findIdleCallers, lookAtSecrets, type Origins } from "./find-warnings.ts";
import { readMapping } from "./read-mapping.ts";
import { createRefusedReport } from "./report-refused.ts";
import { watchMapping } from "./watch-mapping.ts";

/** The credentials of a server whose callers do not share one. */
export interface Credentials {
  /** The host of the tenant that all credentials belong to. */
  readonly tenant: string;
  readonly warnings: readonly Problem[];
  /** The client that serves a caller. Rejects with a Failure if no credential is meant for them. */
  connect(caller: Caller | undefined): Promise<C1Api>;
  /** Rejects if no credential can be read; resolves to "degraded" if some cannot, or if the changed file cannot be used. */
  check(): Promise<"degraded" | undefined>;
  close(): Promise<void>;
}

export interface CredentialsOptions {
  readonly path: string;
  readonly settings: Pick<Settings, "serverUrl" | "tenantDomain" | "timeoutMs">;
  readonly origins: Origins;
  readonly redactor: Redactor;
  readonly logger: Logger;
  readonly clock: Clock;
  /** As for a single client. */
  readonly prime?: () => Promise<void>;
}

/** The content of a credentials file, with the tenant of all its entries; or everything that is wrong with it. */
export interface Loaded {
  readonly stamp: string;
  readonly mapping: Mapping;
  readonly serverUrl: string;
  readonly warnings: readonly Problem[];
}

export async function loadMapping(
  path: string,
  settings: Pick<Settings, "serverUrl" | "tenantDomain">,
  origins: Origins,
): Promise<Loaded | { readonly problems: readonly Problem[] }> {
  const { stamp, parsed } = await readMapping(path);
  if ("faults" in parsed) return { problems: parsed.faults.map(problemOf) };
  const { mapping } = parsed;
  const serverUrl = chooseTenant(settings, mapping);
  if (typeof serverUrl !== "string") return { problems: serverUrl };
  const strangers = findStrangers(mapping, serverUrl);
  if (strangers.length > 0) return { problems: strangers.map(problemOf) };
  return {
    stamp,
    mapping,
    serverUrl,
    warnings: [...lookAtSecrets(mapping), ...(await findIdleCallers(mapping, origins))],
  };
}

/** Each entry's credential, for checking it on its own. */
export function listCredentials(
  { mapping, serverUrl }: Loaded,
  options: { readonly redactor: Redactor; readonly timeoutMs: number },
): { readonly name: string; readonly tenant: TenantConfig }[] {
  const tenant = new URL(serverUrl).host;
  const secrets = createEntrySecrets(options);
  return mapping.entries.map((entry) => {
    const credential = withSecret(entry.credential, secrets.of(entry));
    return { name: entry.name, tenant: { serverUrl, tenant, credential } };
  });
}

/** Opens the file once and follows its changes from then on. */
export async function openCredentials(
  options: CredentialsOptions,
): Promise<Credentials | { readonly problems: readonly Problem[] }> {
  const { path, settings, origins, redactor, logger, clock, prime } = options;
  const loaded = await loadMapping(path, settings, origins);
  if ("problems" in loaded) return loaded;
  const { serverUrl, warnings } = loaded;
  const tenant = new URL(serverUrl).host;
  const shared = { serverUrl, redactor, logger, clock };
  const transport = createTransport({ ...shared, maxResponseBytes: DEFAULT_MAX_RESPONSE_BYTES });
  const clients = createClients({
    ...shared,
    tenant,
    transport,
    timeoutMs: settings.timeoutMs,
    ...(prime && { prime }),
  });
  await clients.prepare(loaded.mapping);
  const source = watchMapping({
    path,
    first: loaded,
    judge: (mapping) => findStrangers(mapping, serverUrl),
    async prepare(mapping) {
      for (const { message } of await clients.prepare(mapping)) logger.warn(message);
      for (const { setting, message } of await findIdleCallers(mapping, origins))
        logger.warn(`${setting} ${message}`);
    },
    logger,
  });

  const reportRefused = createRefusedReport(logger);
  return {
    tenant,
    warnings,
    async connect(caller) {
      const mapping = await source.current();
      reportRefused(mapping, caller);
      const entry = findEntry(mapping, caller);
      if (entry === undefined) throw notMeant(caller);
      return clients.of(entry).api;
    },
    async check() {
      const { entries } = await source.current();
      const read = await Promise.allSettled(entries.map((entry) => clients.of(entry).secret()));
      const failed = read.filter(({ status }) => status === "rejected");
      if (failed.length === entries.length) throw new Error("no credential can be read");
      return failed.length > 0 || source.isStale() ? "degraded" : undefined;
    },
    close: transport.close,
  };
}

function notMeant(caller: Caller | undefined): Failure {
  const who = caller === undefined ? "for callers who do not say who they are" : `for you (${caller.name})`;
  return new Failure("forbidden", `This server has no C1 credential ${who}.`, {
    next: `Ask the operator of the server to name you in ${CREDENTIALS_FILE}. If it names you already, the server's log says why that does not count.`,
    reason: "cause_named",
  });
}
