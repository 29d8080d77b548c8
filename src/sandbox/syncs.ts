import { type ConfigValue, listMissingKeys } from "./config-check.ts";
import { listSecrets } from "./config-secrets.ts";
import type { ConnectorRow } from "./state.ts";
import { type Tenant, timestamp } from "./tenant.ts";

/** A secret that contains this is rejected by the connected system. */
const WRONG = "wrong-credential";
/** The same, and the system's error message repeats the secret, as careless systems do. */
const ECHOED = "echoed-credential";

/** Sets a connector's configuration, and queues the sync that will try it. */
export function configureConnector(
  tenant: Tenant,
  connector: ConnectorRow,
  configuration: Record<string, ConfigValue>,
): void {
  connector.config = configuration;
  connector.configUpdatedAt = timestamp(tenant);
  queueSync(tenant, connector, foretellError(connector.catalogId, configuration));
}

/** Queues a sync and replaces any other. Its times and outcome are fixed now; reads show its progress. */
export function queueSync(tenant: Tenant, connector: ConnectorRow, lastError: string): void {
  const { sync } = connector;
  const queuedAt = tenant.clock.now();
  const startedAt = queuedAt + tenant.delays.syncQueueMs;
  const readyAt = startedAt + tenant.delays.syncMs;
  const before =
    tenant.staleStatus && sync !== null
      ? { sync: { ...sync, before: null }, lastError: connector.lastError }
      : null;
  connector.sync = { queuedAt, startedAt, readyAt, before };
  connector.lastError = lastError;
}

/** The error that a sync with this configuration ends with; "" for none. */
function foretellError(catalogId: string, configuration: Record<string, ConfigValue>): string {
  const missing = listMissingKeys(catalogId, configuration);
  if (missing.length > 0) return `missing required configuration: ${missing.join(", ")}`;
  const secrets = listSecrets(catalogId, configuration);
  const echoed = secrets.find((secret) => secret.includes(ECHOED));
  if (echoed !== undefined) return `401 Unauthorized: the token "${echoed}" is not valid`;
  return secrets.some((secret) => secret.includes(WRONG)) ? "401 Unauthorized: invalid token provided" : "";
}
