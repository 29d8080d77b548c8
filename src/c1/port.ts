/**
 * What the rest of the server may see of the C1 API. Tools depend on this file only; `c1/client.ts` implements it.
 *
 * Every method rejects with a `Failure`. For reads `changed` is always "no". A write's `send` rejects with
 * `changed: "no"` when C1 certainly did not run it, and with `outcome_unknown` / `changed: "maybe"` otherwise.
 */

import type { Limits } from "../clock.ts";
import type {
  AppInput,
  AppQuery,
  ConfiguredConnectorInput,
  ConnectorOwnerRef,
  ConnectorUpdate,
  DelegatedConnectorInput,
  JsonObject,
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

export type * from "./port/inputs.ts";
export type * from "./port/objects.ts";

/** A C1 object id. C1 answers a malformed one with this very pattern (seen live by the authors of c1i). */
export const ID = /^[a-zA-Z0-9]{27}$/;

/** The limits and the callbacks of one call to the API. Aborting it ends it with `cancelled`; the deadline covers retries, too. */
export interface Call extends Limits {
  /** Asked right before each time that a request leaves; what it throws keeps the request from leaving. */
  readonly beforeSend?: () => void;
  /** Told of each answer to an API request that arrived, for the audit record. */
  readonly onAnswer?: (answer: Answer) => void;
  /** Hides what C1 must not be heard repeating, secrets and values of this call; asked before its words are shortened. */
  readonly mask?: (text: string) => string;
}

export interface Answer {
  readonly status: number;
  readonly requestId?: string;
  /** The tenant's own time when it answered (`Date` header), in milliseconds since the epoch, cut to the second. */
  readonly date?: number;
}

/** A write that is ready to go. What `request` shows is what `send` sends: a preview cannot differ from the deed. */
export interface PreparedWrite<T> {
  readonly request: { readonly method: "POST"; readonly path: string; readonly body: JsonObject };
  /** Sends the write once. Never repeats it after its bytes may have left, except after a 401 or a 429. */
  send(call: Call): Promise<T>;
}

export interface PageRequest {
  /** 1..100; C1 may answer with more or fewer rows than asked for. */
  readonly pageSize?: number;
  readonly pageToken?: string;
}

export interface Page<T> {
  readonly items: T[];
  /** Absent on the last page. A short page is not the last one. */
  readonly nextPageToken?: string;
  /** How many rows could not be read; absent when all could. */
  readonly unread?: number;
}

export interface C1Api {
  /** The host all calls go to; shown wherever a person must see which tenant was written to. */
  readonly tenant: string;
  /** Name of the credential that all calls are made with, where the server has several. The operator's own choice: may be shown. */
  readonly credential?: string;
  readonly session: { introspect(call: Call): Promise<Identity> };
  readonly users: {
    get(id: string, call: Call): Promise<User>;
    search(query: UserQuery, page: PageRequest, call: Call): Promise<Page<User>>;
  };
  readonly apps: {
    get(id: string, call: Call): Promise<App>;
    /** Deleted apps are left out by C1. */
    search(query: AppQuery, page: PageRequest, call: Call): Promise<Page<App>>;
    create(input: AppInput): PreparedWrite<App>;
  };
  readonly connectors: {
    get(appId: string, connectorId: string, call: Call): Promise<Connector>;
    /** An unknown app may answer with an empty list. */
    list(appId: string, page: PageRequest, call: Call): Promise<Page<Connector>>;
    /** With a config: C1 names the connector itself. */
    create(input: ConfiguredConnectorInput): PreparedWrite<Connector>;
    /** Without: a person finishes the set-up in the C1 console. */
    createDelegated(input: DelegatedConnectorInput): PreparedWrite<Connector>;
    /** Replaces the config whole: what C1 does with fields that are left out is not published. */
    update(input: ConnectorUpdate): PreparedWrite<Connector>;
    /** Accepted means queued. C1 refuses one without a config (400, gRPC code 9). */
    forceSync(appId: string, connectorId: string): PreparedWrite<object>;
  };
  readonly connectorOwners: {
    /** `not_found` when the person has no such row (yet). */
    get(ref: ConnectorOwnerRef, call: Call): Promise<ConnectorOwner>;
    list(appId: string, connectorId: string, page: PageRequest, call: Call): Promise<Page<ConnectorOwner>>;
    /** The owner's role row. C1 may need minutes until it shows. */
    add(ref: ConnectorOwnerRef): PreparedWrite<ConnectorOwner>;
  };
  readonly policies: {
    /** Also answers a deleted one: see `deletedAt`. */
    get(id: string, call: Call): Promise<Policy>;
    /** The tenant-wide policies. */
    search(query: PolicyQuery, page: PageRequest, call: Call): Promise<Page<Policy>>;
  };
  readonly catalog: {
    schema(catalogId: string, call: Call): Promise<CatalogSchema>;
  };
  /** Lets go of all connections. */
  close(): Promise<void>;
}
