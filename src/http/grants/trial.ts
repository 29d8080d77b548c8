import type { Secret } from "../../config/credential.ts";
import type { EmaClient } from "../../config/ema-clients.ts";
import type { Settings } from "../../config/schema.ts";

/** Stand-ins for the configured clients and keys while the sandbox is the issuer. */
export interface Trial {
  readonly clients: () => Promise<ReadonlyMap<string, EmaClient>>;
  readonly keys: Secret;
}

/** The only address that the sandbox can have. */
const ADDRESS = /^http:\/\/127\.0\.0\.1:(\d{1,5})$/;

/** The port for the sandbox as issuer; undefined if clients or a key are configured, which means that another issuer is intended. */
export function portOfTrial({ emaIssuer, emaClientsFile }: Settings, hasKey: boolean): number | undefined {
  if (emaIssuer === undefined || emaClientsFile !== undefined || hasKey) return undefined;
  const port = ADDRESS.exec(emaIssuer)?.[1];
  return port === undefined ? undefined : Number(port);
}
