import { listTypes } from "../src/connector-types/table.ts";
import type { TenantState } from "../src/sandbox/start.ts";

/** Rows by name. References are names, too, so that two runs can be compared. */
export type Description = ReadonlyMap<string, Readonly<Record<string, unknown>>>;

/** Describes everything in a tenant that tools can change. */
export function describeTenant(state: TenantState): Description {
  const personOf = (id: string) => state.users.find((user) => user.id === id)?.email ?? id;
  const policyOf = (id: string) => state.policies.find((policy) => policy.id === id)?.displayName ?? id;
  const appOf = (id: string) => state.apps.find((app) => app.id === id)?.displayName ?? id;
  const connectorOf = (id: string) => state.connectors.find((one) => one.id === id)?.displayName ?? id;
  const rows: [string, Record<string, unknown>][] = [
    ...state.apps.map((app): [string, Record<string, unknown>] => [
      app.id,
      {
        kind: "app",
        displayName: app.displayName,
        description: app.description,
        instructions: app.instructions,
        owners: state.appOwners
          .filter(({ appId }) => appId === app.id)
          .map(({ userId }) => personOf(userId))
          .sort(),
        entitlementOwners: app.entitlementOwners.map(({ appId, id }) => `${appOf(appId)}/${id}`),
        grantPolicy: policyOf(app.grantPolicyId),
        revokePolicy: policyOf(app.revokePolicyId),
        certifyPolicy: policyOf(app.certifyPolicyId),
        identityMatching: app.identityMatching,
        monthlyCostUsd: app.monthlyCostUsd,
        strictAccess: app.strictAccessEntitlementProvisioning,
        annotations: app.annotations,
        isDeleted: app.deletedAt !== null,
      },
    ]),
    ...state.connectors.map((connector): [string, Record<string, unknown>] => [
      connector.id,
      {
        kind: "connector",
        app: appOf(connector.appId),
        appId: connector.appId,
        displayName: connector.displayName,
        type:
          listTypes().find(({ catalogId }) => catalogId === connector.catalogId)?.slug ?? connector.catalogId,
        description: connector.description,
        userIds: connector.userIds.map(personOf).sort(),
        config: readConfig(connector.config),
        /** The time of the last requested sync, which differs from run to run. */
        syncedAt: connector.sync?.queuedAt ?? 0,
        isDeleted: connector.deletedAt !== null,
      },
    ]),
    ...state.owners.map((owner): [string, Record<string, unknown>] => [
      JSON.stringify([owner.connectorId, owner.userId, owner.roleSlug]),
      {
        kind: "owner",
        app: appOf(owner.appId),
        connector: connectorOf(owner.connectorId),
        connectorId: owner.connectorId,
        person: personOf(owner.userId),
        role: owner.roleSlug,
      },
    ]),
  ];
  return new Map(rows);
}

function readConfig(config: TenantState["connectors"][number]["config"]): Record<string, unknown> | null {
  if (config === null) return null;
  const entries = Object.entries(config).map(([key, value]): [string, unknown] => [
    key,
    "stringValue" in value ? value.stringValue : value.keyValues.items,
  ]);
  return Object.fromEntries(entries.sort(([a], [b]) => a.localeCompare(b)));
}

/** A new or changed row. */
export interface Change {
  readonly isNew: boolean;
  readonly row: Readonly<Record<string, unknown>>;
}

/** The differences between two descriptions of a tenant. A sync counts as yes or no. Nothing is ever removed. */
export function listChanges(before: Description, after: Description): Change[] {
  return [...after].flatMap(([key, row]) => {
    const old = before.get(key);
    if (JSON.stringify(old) === JSON.stringify(row)) return [];
    const { syncedAt, ...fields } = row;
    const isSynced = syncedAt !== undefined && syncedAt !== (old?.syncedAt ?? 0);
    return [{ isNew: old === undefined, row: syncedAt === undefined ? fields : { ...fields, isSynced } }];
  });
}

/** Whether two lists of changes are equal apart from the ids of new rows, which differ from run to run. */
export function isSameChange(
  some: readonly Change[],
  others: readonly Change[],
  known: Description,
): boolean {
  return JSON.stringify(normalise(some, known)) === JSON.stringify(normalise(others, known));
}

function normalise(changes: readonly Change[], known: Description): string[] {
  const keep = (id: unknown) => (typeof id === "string" && known.has(id) ? id : "new");
  return changes
    .map(({ isNew, row }) => {
      const { appId, connectorId, ...fields } = row;
      return JSON.stringify({
        isNew,
        ...fields,
        ...(appId !== undefined && { appId: keep(appId) }),
        ...(connectorId !== undefined && { connectorId: keep(connectorId) }),
      });
    })
    .sort();
}
