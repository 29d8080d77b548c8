import { PAGE_QUERY, pageFromQuery, takePage } from "../paging.ts";
import { notFound } from "../problems.ts";
import { type ConnectorEntitlementOwnerRow, isVisible } from "../state.ts";
import type { Call, Operation } from "../tenant.ts";

/** Reads of the entitlements that own a connector. */
export function ownerEntitlementOperations(owners: string): Operation[] {
  return [
    {
      name: "connectorOwners.entitlements",
      method: "GET",
      path: `${owners}/entitlements`,
      writes: false,
      query: [...PAGE_QUERY, "role_slug"],
      run: listEntitlements,
    },
    {
      name: "connectorOwners.getEntitlement",
      method: "GET",
      path: `${owners}/entitlements/{role_slug}/{app_entitlement_ref_app_id}/{app_entitlement_ref_id}`,
      writes: false,
      run: getEntitlement,
    },
  ];
}

function listEntitlements(call: Call) {
  const role = call.query.get("role_slug") ?? "";
  const rows = visibleRows(call).filter(({ roleSlug }) => role === "" || roleSlug === role);
  const page = takePage(
    rows,
    pageFromQuery(call, `connectorOwners.entitlements ${call.params.connector_id} ${role}`),
  );
  return { list: page.rows.map(showRow), nextPageToken: page.nextPageToken };
}

function getEntitlement(call: Call) {
  const { role_slug, app_entitlement_ref_app_id, app_entitlement_ref_id } = call.params;
  const row = visibleRows(call).find(
    ({ roleSlug, entitlement }) =>
      roleSlug === role_slug &&
      entitlement.appId === app_entitlement_ref_app_id &&
      entitlement.id === app_entitlement_ref_id,
  );
  if (row === undefined) throw notFound();
  return { connectorOwnerEntitlement: showRow(row) };
}

function visibleRows({ tenant, params }: Call): ConnectorEntitlementOwnerRow[] {
  return tenant.state.entitlementOwners.filter(
    (row) =>
      row.appId === params.app_id &&
      row.connectorId === params.connector_id &&
      isVisible(row, tenant.clock.now()),
  );
}

/** Shows only the ids of the entitlement, because the sandbox stores no entitlements. */
function showRow({ appId, connectorId, roleSlug, createdAt, entitlement }: ConnectorEntitlementOwnerRow) {
  return {
    appId,
    connectorId,
    roleSlug,
    createdAt,
    appEntitlement: { ...entitlement, displayName: "", deletedAt: null },
  };
}
