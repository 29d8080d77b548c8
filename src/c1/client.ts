import { type Clock, systemClock } from "../clock.ts";
import type { Credential } from "../config/credential.ts";
import type { Logger } from "../log/logger.ts";
import type { Redactor } from "../log/redact.ts";
import { createApps } from "./apps.ts";
import { createTokenSource } from "./auth/create-token-source.ts";
import { createCatalog } from "./catalog.ts";
import { createConnectorOwners } from "./connector-owners.ts";
import { createConnectors } from "./connectors.ts";
import { createHttp } from "./http.ts";
import { createPolicies } from "./policies.ts";
import type { C1Api } from "./port.ts";
import { createSession } from "./session.ts";
import { createTransport, type Transport } from "./transport.ts";
import { createUsers } from "./users.ts";

export interface C1ClientOptions {
  /** The tenant's origin: https, or http on loopback. */
  readonly serverUrl: string;
  /** The host, as shown to people. */
  readonly tenant: string;
  readonly credential: Credential;
  /** Name of the credential, on a server with several. */
  readonly name?: string;
  readonly redactor: Redactor;
  readonly logger: Logger;
  readonly clock?: Clock;
  /** 0 to 1, for the jitter of retries. */
  readonly random?: () => number;
  /** Larger responses are rejected. Default: 8 MiB. */
  readonly maxResponseBytes?: number;
  /** Replaces the client's own transport: the doctor observes what passes through. */
  readonly transport?: Transport;
  /** Masks the secrets that C1 may repeat in a response, as they are when it arrives. Never rejects. */
  readonly prime?: () => Promise<void>;
}

/** Larger responses are rejected. */
export const DEFAULT_MAX_RESPONSE_BYTES = 8 * 1024 * 1024;

/** Creates the client for one tenant. Opens no connection and reads no secret until the first call. */
export function createC1Client(options: C1ClientOptions): C1Api {
  const { tenant, credential, name, redactor, logger, serverUrl } = options;
  const {
    clock = systemClock,
    random = Math.random,
    maxResponseBytes = DEFAULT_MAX_RESPONSE_BYTES,
  } = options;
  const transport =
    options.transport ?? createTransport({ serverUrl, maxResponseBytes, redactor, logger, clock });
  const tokens = createTokenSource(credential, { transport, redactor, clock, random, name });
  const http = createHttp({ transport, tokens, redactor, clock, random, prime: options.prime });
  return {
    tenant,
    ...(name !== undefined && { credential: name }),
    session: createSession(http),
    users: createUsers(http),
    apps: createApps(http),
    connectors: createConnectors(http),
    connectorOwners: createConnectorOwners(http),
    policies: createPolicies(http),
    catalog: createCatalog(http),
    close: transport.close,
  };
}
