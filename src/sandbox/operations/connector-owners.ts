import { z } from "zod/v3";
import { entitlementRefs, idRefs, readFields, requiredId, text } from "../fields.ts";
import { PAGE_QUERY, pageFromQuery, takePage } from "../paging.ts";
import { invalidArgument, notFound } from "../problems.ts";
import { type ConnectorOwnerRow, findLivePerson, isVisible } from "../state.ts";
import { type Call, type Operation, timestamp } from "../tenant.ts";
import { showUser } from "../views/user-view.ts";
import { ownerEntitlementOperations } from "./owner-entitlements.ts";
import { requireConnector, requireEntitlementApps, requirePeople } from "./references.ts";

const OWNERS = "/api/v2/apps/{app_id}/connectors/{connector_id}/owners";
const ROW = `${OWNERS}/users/{role_slug}/{user_ref_id}`;
/** The only slug with public evidence; the real API's response to another one is not known. */
const PRIMARY_ROLE = "primary";

const userRefShape = z.object({ userRef: z.object({ id: requiredId }).strict().nullish() }).strict();
const setShape = z.object({ roleSlug: text, userRefs: idRefs, appEntitlementRefs: entitlementRefs }).strict();

export const connectorOwnerOperations: readonly Operation[] = [
  {
    name: "connectorOwners.list",
    method: "GET",
    path: `${OWNERS}/users`,
    writes: false,
    query: [...PAGE_QUERY, "role_slug"],
    run: listOwners,
  },
  { name: "connectorOwners.get", method: "GET", path: ROW, writes: false, run: getOwner },
  { name: "connectorOwners.add", method: "POST", path: ROW, writes: true, run: addOwner },
  { name: "connectorOwners.delete", method: "DELETE", path: ROW, writes: true, run: deleteOwner },
  { name: "connectorOwners.set", method: "PUT", path: OWNERS, writes: true, run: setOwners },
  ...ownerEntitlementOperations(OWNERS),
];

function listOwners(call: Call) {
  const role = call.query.get("role_slug") ?? "";
  if (role !== "") checkRole(role);
  const rows = visibleOwners(call).filter((row) => role === "" || row.roleSlug === role);
  const page = takePage(
    rows,
    pageFromQuery(call, `connectorOwners.list ${call.params.connector_id} ${role}`),
  );
  return { list: page.rows.map((row) => showOwner(call, row)), nextPageToken: page.nextPageToken };
}

function getOwner(call: Call) {
  const { role_slug, user_ref_id } = call.params;
  checkRole(role_slug ?? "");
  const row = visibleOwners(call).find(
    ({ roleSlug, userId }) => roleSlug === role_slug && userId === user_ref_id,
  );
  if (row === undefined) throw notFound();
  return { connectorOwnerUser: showOwner(call, row) };
}

/** Adding an existing owner responds 200 with the row; the real response (200 or 409) is not known. */
function addOwner(call: Call) {
  const { role_slug = "", user_ref_id = "" } = call.params;
  checkUserRef(call, "CreateConnectorUserOwnerRequest");
  checkRole(role_slug);
  requireConnector(call);
  if (findLivePerson(call.tenant.state, user_ref_id) === undefined) throw notFound();
  return { connectorOwnerUser: showOwner(call, putOwner(call, role_slug, user_ref_id)) };
}

function deleteOwner(call: Call) {
  checkUserRef(call, "DeleteConnectorUserOwnerRequest");
  checkRole(call.params.role_slug ?? "");
  const { role_slug, user_ref_id } = call.params;
  const { state } = call.tenant;
  const row = ownersOf(call).find(({ roleSlug, userId }) => roleSlug === role_slug && userId === user_ref_id);
  if (row === undefined) throw notFound();
  state.owners = state.owners.filter((candidate) => candidate !== row);
  return {};
}

/** Replaces everyone who has the role, including people whom the caller did not know about. */
function setOwners(call: Call) {
  const { roleSlug, userRefs, appEntitlementRefs } = readFields(
    call,
    "SetConnectorOwnersV2Request",
    setShape,
  );
  checkRole(roleSlug);
  requireConnector(call);
  const { tenant, params } = call;
  const userIds = userRefs.map(({ id }) => id);
  requirePeople(tenant.state, "SetConnectorOwnersV2Request.userRefs", userIds);
  requireEntitlementApps(tenant.state, appEntitlementRefs);
  const leaves = (row: { connectorId: string; roleSlug: string }) =>
    row.connectorId === params.connector_id && row.roleSlug === roleSlug;
  tenant.state.owners = tenant.state.owners.filter((row) => !leaves(row) || userIds.includes(row.userId));
  for (const id of userIds) putOwner(call, roleSlug, id);
  tenant.state.entitlementOwners = [
    ...tenant.state.entitlementOwners.filter((row) => !leaves(row)),
    ...appEntitlementRefs.map((entitlement) => ({ ...newRow(call, roleSlug), entitlement })),
  ];
  return {};
}

function putOwner(call: Call, roleSlug: string, userId: string): ConnectorOwnerRow {
  const found = ownersOf(call).find((row) => row.roleSlug === roleSlug && row.userId === userId);
  if (found !== undefined) return found;
  const row = { ...newRow(call, roleSlug), userId };
  call.tenant.state.owners.push(row);
  return row;
}

function newRow({ tenant, params }: Call, roleSlug: string) {
  return {
    appId: params.app_id ?? "",
    connectorId: params.connector_id ?? "",
    roleSlug,
    createdAt: timestamp(tenant),
    visibleAt: tenant.clock.now() + tenant.delays.connectorOwnerMs,
  };
}

function checkUserRef(call: Call, message: string): void {
  const { userRef } = readFields(call, message, userRefShape);
  if (userRef && userRef.id !== call.params.user_ref_id) {
    throw invalidArgument(`invalid ${message}.userRef: id differs from the one in the path`);
  }
}

function checkRole(slug: string): void {
  if (slug !== PRIMARY_ROLE) throw invalidArgument(`invalid role_slug: unknown role "${slug}"`);
}

function ownersOf({ tenant, params }: Call): ConnectorOwnerRow[] {
  return tenant.state.owners.filter(
    (row) => row.connectorId === params.connector_id && row.appId === params.app_id,
  );
}

function visibleOwners(call: Call): ConnectorOwnerRow[] {
  return ownersOf(call).filter((row) => isVisible(row, call.tenant.clock.now()));
}

function showOwner({ tenant }: Call, { appId, connectorId, roleSlug, userId, createdAt }: ConnectorOwnerRow) {
  const user = tenant.state.users.find(({ id }) => id === userId);
  return { appId, connectorId, roleSlug, user: user === undefined ? null : showUser(user), createdAt };
}
