import type { Secret } from "../../config/credential.ts";
import { createEmaClients } from "../../config/ema-clients.ts";
import type { Settings } from "../../config/schema.ts";
import type { Logger } from "../../log/logger.ts";
import type { Shared } from "../../replicas/port.ts";
import { createGrants, type Grants } from "./grants.ts";
import type { Trial } from "./trial.ts";

export interface OpenOptions {
  readonly settings: Settings;
  readonly keys: Secret | undefined;
  readonly trial: Trial | undefined;
  readonly resource: string;
  readonly scopes: readonly string[];
  readonly shared: Shared;
  readonly logger: Logger;
}

/** Opens the grants as configured, or returns the problem that prevents the start. */
export async function openGrants({
  settings,
  trial,
  ...rest
}: OpenOptions): Promise<Grants | { readonly problem: string }> {
  const { emaIssuer, emaClientsFile, rateLimit } = settings;
  const keys = rest.keys ?? trial?.keys;
  const clients = emaClientsFile === undefined ? trial?.clients : createEmaClients(emaClientsFile);
  if (emaIssuer === undefined || !keys || !clients) throw new Error("not configured");
  const grants = createGrants({ ...rest, issuer: emaIssuer, clients, keys, perMinute: rateLimit });
  try {
    await clients();
  } catch (error) {
    return { problem: `C1_MCP_EMA_CLIENTS_FILE ${(error as Error).message}.` };
  }
  try {
    await grants.checks.ema_key?.();
  } catch (error) {
    return { problem: (error as Error).message };
  }
  return grants;
}
