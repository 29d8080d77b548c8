import type { JsonObject } from "../../json.ts";

/** Queries to C1, and the input of writes. */

export interface AppQuery {
  /** Fuzzy search over names and descriptions. */
  readonly query?: string;
  /** Case-insensitive; whether C1 also matches a part of the name is not documented. */
  readonly displayName?: string;
}

export interface PolicyQuery {
  /** Fuzzy search. */
  readonly query?: string;
  readonly displayName?: string;
  /** Values of the form POLICY_TYPE_…. */
  readonly policyTypes?: readonly string[];
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
  /** The complete envelope, including `@type`. */
  readonly config: JsonObject;
}

export interface DelegatedConnectorInput extends ConnectorInput {
  readonly displayName: string;
}

/** An existing connector. */
export interface ConnectorRef {
  readonly appId: string;
  readonly connectorId: string;
}

/** A new config for an existing connector. */
export interface ConnectorUpdate extends ConnectorRef {
  readonly catalogId?: string | undefined;
  /** The complete envelope, including `@type`. */
  readonly config: JsonObject;
}

export interface ConnectorOwnerRef extends ConnectorRef {
  readonly roleSlug: string;
  readonly userId: string;
}

export interface UserQuery {
  /** Fuzzy search over names and e-mail addresses. */
  readonly query?: string;
  /** Exact match. */
  readonly email?: string;
}
