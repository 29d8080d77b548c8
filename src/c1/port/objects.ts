/** What C1 shows of its objects. */

/** Everything but the id can be missing, because C1 blanks what the caller may not see. */
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
  /** Status of the last sync: SYNC_STATUS_… or a value newer than this code. */
  readonly status?: string;
  readonly lastError?: string;
  readonly syncStartedAt?: string;
  readonly syncCompletedAt?: string;
  readonly syncDisabledReason?: string;
  /** Absent for a connector that was never given a config, if C1 shows that. */
  readonly configUpdatedAt?: string;
  /** What C1 shows of the config: no secrets, and only text. Absent without a config. */
  readonly configShown?: ReadonlyMap<string, string>;
  readonly createdAt?: string;
  readonly updatedAt?: string;
  readonly deletedAt?: string;
  readonly userIds?: readonly string[];
  /** The app's name, if the response included the expanded app. */
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

/** One field of a connector type's configuration, as described by the tenant's own catalog. */
export interface CatalogField {
  readonly name: string;
  readonly label?: string;
  readonly help?: string;
  /** "other" stands for fields that a create call cannot carry: OAuth consent, generated values, display-only text. */
  readonly kind: "text" | "bool" | "list" | "map" | "other";
  readonly secret: boolean;
  readonly required: boolean;
  /** The values of a choice; absent for free text. */
  readonly options?: readonly string[];
}

/** Fields that belong together, for a type with several ways to log in. */
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

/** Who the credential is, as C1 sees it. A service principal may have a principalId but no userId. */
export interface Identity {
  readonly userId?: string;
  readonly principalId?: string;
  readonly tenantId?: string;
  readonly roles: readonly string[];
  readonly permissions: readonly string[];
}
