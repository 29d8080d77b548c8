import type { ConfigValue } from "./config-check.ts";

export type UserStatus = "ENABLED" | "DISABLED" | "DELETED";
export type PolicyType =
  | "POLICY_TYPE_GRANT"
  | "POLICY_TYPE_REVOKE"
  | "POLICY_TYPE_CERTIFY"
  | "POLICY_TYPE_ACCESS_REQUEST"
  | "POLICY_TYPE_PROVISION";

export interface UserRow {
  readonly id: string;
  displayName: string;
  email: string;
  emails: string[];
  status: UserStatus;
  type: "USER_TYPE_HUMAN" | "USER_TYPE_SERVICE";
  origin: "USER_ORIGIN_DIRECTORY" | "USER_ORIGIN_LOCAL" | "USER_ORIGIN_SYSTEM";
  department: string;
  jobTitle: string;
  managerIds: string[];
  roleIds: string[];
  createdAt: string;
  deletedAt: string | null;
}

export interface PolicyRow {
  readonly id: string;
  displayName: string;
  description: string;
  policyType: PolicyType;
  scope: { appId: string; appEntitlementId: string; slot: string } | null;
  systemBuiltin: boolean;
  createdAt: string;
  deletedAt: string | null;
}

export interface EntitlementRef {
  appId: string;
  id: string;
}

export interface AppRow {
  readonly id: string;
  displayName: string;
  description: string;
  instructions: string;
  grantPolicyId: string;
  revokePolicyId: string;
  certifyPolicyId: string;
  identityMatching: string;
  monthlyCostUsd: number;
  strictAccessEntitlementProvisioning: boolean;
  annotations: Record<string, string>;
  matchBatonRef: { appId: string; connectorId: string; externalId: string } | null;
  entitlementOwners: EntitlementRef[];
  isDirectory: boolean;
  userCount: number;
  createdAt: string;
  deletedAt: string | null;
  /** Reads omit the row before this time. */
  visibleAt: number;
}

/** A sync; times in milliseconds. */
export interface SyncRow {
  queuedAt: number;
  startedAt: number;
  readyAt: number;
  /** What reads show until the sync starts; `null` shows it as queued. */
  before: { sync: SyncRow; lastError: string } | null;
}

export interface ConnectorRow {
  readonly id: string;
  readonly appId: string;
  catalogId: string;
  displayName: string;
  description: string;
  userIds: string[];
  /** As sent, including secrets, which no response shows. `null` means that set-up was delegated. */
  config: Record<string, ConfigValue> | null;
  configUpdatedAt: string | null;
  /** The last requested sync; `null` if there was none. */
  sync: SyncRow | null;
  /** The error that the sync ends with; "" for none. */
  lastError: string;
  createdAt: string;
  deletedAt: string | null;
  visibleAt: number;
}

export interface AppOwnerRow {
  appId: string;
  userId: string;
  visibleAt: number;
}

export interface ConnectorOwnerRow {
  appId: string;
  connectorId: string;
  roleSlug: string;
  userId: string;
  createdAt: string;
  visibleAt: number;
}

export interface ConnectorEntitlementOwnerRow extends Omit<ConnectorOwnerRow, "userId"> {
  entitlement: EntitlementRef;
}

/** Everything the tenant holds. Rows are in order of creation. */
export interface TenantState {
  readonly tenantId: string;
  users: UserRow[];
  policies: PolicyRow[];
  apps: AppRow[];
  appOwners: AppOwnerRow[];
  connectors: ConnectorRow[];
  /** Connector owners (v2) who are people. */
  owners: ConnectorOwnerRow[];
  entitlementOwners: ConnectorEntitlementOwnerRow[];
}

/** Whether reads show a row, which may be soft-deleted or not visible yet. */
export function isVisible(row: { deletedAt?: string | null; visibleAt: number }, now: number): boolean {
  return (row.deletedAt ?? null) === null && row.visibleAt <= now;
}

/** A person who can be referred to; deleted people cannot. */
export function findLivePerson(state: TenantState, id: string): UserRow | undefined {
  return state.users.find((user) => user.id === id && user.deletedAt === null);
}
