/**
 * What the rest of the server may see of the C1 API. Tools depend on this file only; `c1/client.ts` implements it.
 *
 * Every method rejects with a `Failure`. For reads `changed` is always "no". A write's `send` rejects with
 * `changed: "no"` when C1 certainly did not run it, and with `outcome_unknown` / `changed: "maybe"` otherwise.
 */

/** A C1 object id. C1 answers a malformed one with this very pattern (seen live by the authors of c1i). */
export const ID = /^[a-zA-Z0-9]{27}$/;

/** The limits and the callbacks of one call to the API. */
export interface Call {
  /** Aborting it ends the call with `cancelled`. */
  readonly signal: AbortSignal;
  /** Milliseconds since the epoch by which the call must have ended, retries included. */
  readonly deadline: number;
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

export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

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

/** Fields a reader may rely on; everything but the id can be missing, because C1 blanks what the caller may not see. */
export interface User {
  readonly id: string;
  readonly displayName?: string;
  readonly email?: string;
  readonly emails?: readonly string[];
  readonly jobTitle?: string;
  readonly department?: string;
  /** ENABLED, DISABLED, DELETED, UNKNOWN or a value newer than this code. */
  readonly status?: string;
  readonly type?: string;
  readonly deletedAt?: string;
}

export interface App {
  readonly id: string;
  readonly displayName?: string;
  readonly description?: string;
  readonly instructions?: string;
  readonly grantPolicyId?: string;
  readonly revokePolicyId?: string;
  readonly certifyPolicyId?: string;
  readonly identityMatching?: string;
  readonly monthlyCostUsd?: number;
  readonly strictAccessEntitlementProvisioning?: boolean;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly createdAt?: string;
  readonly deletedAt?: string;
}

export interface Connector {
  readonly id: string;
  readonly appId?: string;
  readonly catalogId?: string;
  readonly displayName?: string;
  readonly description?: string;
  /** Of the last sync: SYNC_STATUS_… or a value newer than this code. */
  readonly status?: string;
  readonly lastError?: string;
  readonly syncStartedAt?: string;
  readonly syncCompletedAt?: string;
  readonly syncDisabledReason?: string;
  /** Absent for one that was never given a config, where C1 shows as much. */
  readonly configUpdatedAt?: string;
  /** What C1 shows of the config: no secrets, and only what is text. Absent without a config. */
  readonly configShown?: ReadonlyMap<string, string>;
  readonly createdAt?: string;
  readonly updatedAt?: string;
  readonly deletedAt?: string;
  readonly userIds?: readonly string[];
  /** The app's name, where the answer carried the expanded app. */
  readonly appName?: string;
}

export interface ConnectorOwner {
  readonly userId?: string;
  readonly roleSlug?: string;
  readonly createdAt?: string;
  readonly user?: User;
}

export interface Policy {
  readonly id: string;
  readonly displayName?: string;
  readonly description?: string;
  /** POLICY_TYPE_… or a value newer than this code. */
  readonly policyType?: string;
  readonly deletedAt?: string;
}

/** One field of a connector type's configuration, as the tenant's own catalog describes it. */
export interface CatalogField {
  readonly name: string;
  readonly label?: string;
  readonly help?: string;
  /** "other" stands for what no create call can carry: OAuth consent, generated values, display-only text. */
  readonly kind: "text" | "bool" | "list" | "map" | "other";
  readonly secret: boolean;
  readonly required: boolean;
  /** The values a choice takes; absent for free text. */
  readonly options?: readonly string[];
}

/** Fields that go together, where a type offers several ways to log in. */
export interface CatalogGroup {
  readonly name: string;
  readonly label?: string;
  readonly isDefault: boolean;
  readonly fields: readonly string[];
}

/** A connector type's configuration as the tenant describes it today. */
export interface CatalogSchema {
  readonly name?: string;
  readonly helpUrl?: string;
  /** Set up by a person's OAuth consent in the C1 console. */
  readonly isOauth2: boolean;
  /** Run by an agent that the customer hosts. */
  readonly requiresExternalConnector: boolean;
  readonly fields: readonly CatalogField[];
  readonly groups: readonly CatalogGroup[];
}

export interface AppQuery {
  /** Fuzzy, over names and descriptions. */
  readonly query?: string;
  /** Case-insensitive; whether a part of the name is enough is not documented. */
  readonly displayName?: string;
}

export interface PolicyQuery {
  /** Fuzzy. */
  readonly query?: string;
  readonly displayName?: string;
  /** POLICY_TYPE_… */
  readonly policyTypes?: readonly string[];
}

/** Who the credential is, as C1 sees it. A service principal may have a principalId and no userId. */
export interface Identity {
  readonly userId?: string;
  readonly principalId?: string;
  readonly tenantId?: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
}

export interface EntitlementRef {
  readonly appId: string;
  readonly id: string;
}

export interface AppInput {
  readonly displayName: string;
  readonly description?: string | undefined;
  readonly instructions?: string | undefined;
  readonly owners?: readonly string[] | undefined;
  readonly appEntitlementOwnerRefs?: readonly EntitlementRef[] | undefined;
  readonly grantPolicyId?: string | undefined;
  readonly revokePolicyId?: string | undefined;
  readonly certifyPolicyId?: string | undefined;
  readonly identityMatching?: string | undefined;
  readonly monthlyCostUsd?: number | undefined;
  readonly strictAccessEntitlementProvisioning?: boolean | undefined;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

export interface ConnectorInput {
  readonly appId: string;
  readonly catalogId: string;
  readonly description?: string | undefined;
  readonly userIds?: readonly string[] | undefined;
}

export interface ConfiguredConnectorInput extends ConnectorInput {
  /** The complete envelope, `@type` included. */
  readonly config: JsonObject;
}

export interface DelegatedConnectorInput extends ConnectorInput {
  readonly displayName: string;
}

/** A new config for a connector that exists. */
export interface ConnectorUpdate {
  readonly appId: string;
  readonly connectorId: string;
  readonly catalogId?: string | undefined;
  /** The complete envelope, `@type` included. */
  readonly config: JsonObject;
}

export interface ConnectorOwnerRef {
  readonly appId: string;
  readonly connectorId: string;
  readonly roleSlug: string;
  readonly userId: string;
}

export interface UserQuery {
  /** Fuzzy, over names and e-mail addresses. */
  readonly query?: string;
  /** Exact. */
  readonly email?: string;
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
