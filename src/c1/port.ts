import type { JsonObject } from "../json.ts";
/**
 * What the rest of the server may see of the C1 API. Tools depend on this file only; `c1/client.ts` implements it.
 *
 * Every method rejects with a `Failure`. For reads, `changed` is always "no". A write's `send` rejects with `changed: "no"` if
 * C1 certainly did not run it, and with `outcome_unknown` / `changed: "maybe"` otherwise.
 */

import type { Limits } from "../clock.ts";
import type {
  AppInput,
  AppQuery,
  ConfiguredConnectorInput,
  ConnectorOwnerRef,
  ConnectorUpdate,
  DelegatedConnectorInput,
  PolicyQuery,
  UserQuery,
} from "./port/inputs.ts";
import type {
  App,
  CatalogSchema,
  Connector,
  ConnectorOwner,
  Identity,
  Policy,
  User,
} from "./port/objects.ts";

export { ID } from "../c1-id.ts";
export type * from "./port/inputs.ts";
export type * from "./port/objects.ts";

/** Limits and callbacks of one call to the API. Aborting it ends it with `cancelled`; the deadline includes retries. */
export interface Call extends Limits {
  /** Called right before every sending of the request; if it throws, the request is not sent. */
  readonly beforeSend?: () => void;
  /** Called for each response to an API request, for the audit record. */
  readonly onAnswer?: (answer: Answer) => void;
  /** Masks the secrets and sensitive values of this call in C1's messages. Applied before a message is shortened. */
  readonly mask?: (text: string) => string;
}

export interface Answer {
  readonly status: number;
  readonly requestId?: string;
  /** The tenant's own time of the response (`Date` header), in milliseconds since the epoch, truncated to the second. */
  readonly date?: number;
}

/** A write that is ready to send. `request` shows exactly what `send` sends, so a preview cannot differ from the write. */
export interface PreparedWrite<T> {
  readonly request: { readonly method: "POST"; readonly path: string; readonly body: JsonObject };
  /** Sends the write once. Never repeats it after its bytes may have left, except after a 401 or a 429. */
  send(call: Call): Promise<T>;
}

export interface PageRequest {
  /** 1 to 100; C1 may return more or fewer rows than requested. */
  readonly pageSize?: number;
  readonly pageToken?: string;
}

export interface Page<T> {
  readonly items: T[];
  /** Absent on the last page. A short page is not necessarily the last one. */
  readonly nextPageToken?: string;
  /** How many rows could not be read; absent if all could. */
  readonly unread?: number;
}

export interface C1Api {
  /** The host of all calls; shown wherever a person must see which tenant is written to. */
  readonly tenant: string;
  /** Name of the credential of all calls, on a server with several. Chosen by the operator, so it may be shown. */
  readonly credential?: string;
  readonly session: { introspect(call: Call): Promise<Identity> };
  readonly users: {
    get(id: string, call: Call): Promise<User>;
    search(query: UserQuery, page: PageRequest, call: Call): Promise<Page<User>>;
  };
  readonly apps: {
    get(id: string, call: Call): Promise<App>;
    /** C1 omits deleted apps. */
    search(query: AppQuery, page: PageRequest, call: Call): Promise<Page<App>>;
    create(input: AppInput): PreparedWrite<App>;
  };
  readonly connectors: {
    get(appId: string, connectorId: string, call: Call): Promise<Connector>;
    /** An unknown app may yield an empty list. */
    list(appId: string, page: PageRequest, call: Call): Promise<Page<Connector>>;
    /** With a config, C1 names the connector itself. */
    create(input: ConfiguredConnectorInput): PreparedWrite<Connector>;
    /** Without a config: a person completes the set-up in the C1 console. */
    createDelegated(input: DelegatedConnectorInput): PreparedWrite<Connector>;
    /** Replaces the whole config; what C1 does with omitted fields is not published. */
    update(input: ConnectorUpdate): PreparedWrite<Connector>;
    /** Accepted means queued. C1 refuses it for a connector without a config (400, gRPC code 9). */
    forceSync(appId: string, connectorId: string): PreparedWrite<object>;
  };
  readonly connectorOwners: {
    /** Rejects with `not_found` if the person has no such row (yet). */
    get(ref: ConnectorOwnerRef, call: Call): Promise<ConnectorOwner>;
    list(appId: string, connectorId: string, page: PageRequest, call: Call): Promise<Page<ConnectorOwner>>;
    /** Returns the owner's role row. It may take minutes until C1 shows it. */
    add(ref: ConnectorOwnerRef): PreparedWrite<ConnectorOwner>;
  };
  readonly policies: {
    /** Returns deleted policies, too: see `deletedAt`. */
    get(id: string, call: Call): Promise<Policy>;
    /** Searches the tenant-wide policies. */
    search(query: PolicyQuery, page: PageRequest, call: Call): Promise<Page<Policy>>;
  };
  readonly catalog: {
    schema(catalogId: string, call: Call): Promise<CatalogSchema>;
  };
  /** Closes all connections. */
  close(): Promise<void>;
}
