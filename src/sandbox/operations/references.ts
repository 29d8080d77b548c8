import { invalidArgument, notFound } from "../problems.ts";
import { type ConnectorRow, type EntitlementRef, findLivePerson, type TenantState } from "../state.ts";
import type { Call } from "../tenant.ts";

/** Refuses ids of people who do not exist or were deleted. */
export function requirePeople(state: TenantState, field: string, userIds: readonly string[]): void {
  for (const [index, id] of userIds.entries()) {
    if (findLivePerson(state, id) === undefined)
      throw invalidArgument(`invalid ${field}[${index}]: user not found`);
  }
}

/** The live connector with that id in the path's app. Writes find it even before reads show it. */
export function requireConnector({ tenant, params }: Call, id = params.connector_id): ConnectorRow {
  const found = tenant.state.connectors.find((row) => row.id === id && row.appId === params.app_id);
  if (found === undefined || found.deletedAt !== null) throw notFound();
  return found;
}

/** The sandbox stores no entitlements, so it only checks the app of a reference. */
export function requireEntitlementApps(state: TenantState, refs: readonly EntitlementRef[]): void {
  for (const { appId } of refs) {
    if (!state.apps.some((app) => app.id === appId && app.deletedAt === null)) {
      throw invalidArgument("invalid entitlement reference: app not found");
    }
  }
}
