import { z } from "zod/v3";
import { checkConfig } from "../config-check.ts";
import { findConnectorType } from "../connector-type-table.ts";
import { entitlementRefs, expandMask, ids, readFields, requiredId, text } from "../fields.ts";
import { mintId } from "../ids.ts";
import { failedPrecondition, invalidArgument, notFound } from "../problems.ts";
import type { ConnectorRow } from "../state.ts";
import { configureConnector } from "../syncs.ts";
import { type Call, timestamp } from "../tenant.ts";
import { answerConnector, CONNECTOR_MASK_PATHS } from "../views/connector-view.ts";
import { requireEntitlementApps, requirePeople } from "./references.ts";

const common = {
  catalogId: requiredId,
  description: text,
  userIds: ids,
  expandMask: expandMask(CONNECTOR_MASK_PATHS),
};
const configuredShape = z.object({ ...common, config: z.unknown() }).strict();
const delegatedShape = z
  .object({
    ...common,
    displayName: text,
    appEntitlementOwnerRefs: entitlementRefs,
    appManagedStateBindingRef: z
      .object({ appId: requiredId, resourceTypeId: requiredId, resourceId: requiredId })
      .strict()
      .nullish(),
  })
  .strict();

/** Creates a connector with its config. The server names it, because the request has no field for a name. */
export function createConfigured(call: Call) {
  const { config, ...fields } = readFields(call, "ConnectorServiceCreateRequest", configuredShape);
  requireApp(call);
  requireUsableType(fields.catalogId);
  // Whether the real API accepts a create without config is not known.
  if ((config ?? null) === null)
    throw invalidArgument("invalid ConnectorServiceCreateRequest.config: value is required");
  const checked = checkConfig(fields.catalogId, config);
  const connector = addConnector(call, fields, nameConnector(call, fields.catalogId));
  configureConnector(call.tenant, connector, checked);
  return answerConnector(call.tenant, connector, fields.expandMask);
}

/** Creates a connector that someone sets up later in the console. */
export function createDelegated(call: Call) {
  const { displayName, appEntitlementOwnerRefs, ...fields } = readFields(
    call,
    "ConnectorServiceCreateDelegatedRequest",
    delegatedShape,
  );
  requireApp(call);
  requireUsableType(fields.catalogId);
  requireEntitlementApps(call.tenant.state, appEntitlementOwnerRefs);
  const name = displayName === "" ? nameConnector(call, fields.catalogId) : displayName;
  return answerConnector(call.tenant, addConnector(call, fields, name), fields.expandMask);
}

/** v1 `userIds` and v2 owners are kept apart here, because their relation is not known. */
function addConnector(
  { tenant, caller, params }: Call,
  fields: Pick<ConnectorRow, "catalogId" | "description" | "userIds">,
  displayName: string,
): ConnectorRow {
  requirePeople(tenant.state, "userIds", fields.userIds);
  const now = tenant.clock.now();
  const connector: ConnectorRow = {
    id: mintId(now),
    appId: params.app_id ?? "",
    catalogId: fields.catalogId,
    displayName,
    description: fields.description,
    userIds: fields.userIds.length === 0 ? [caller.userId] : [...new Set(fields.userIds)],
    config: null,
    configUpdatedAt: null,
    sync: null,
    lastError: "",
    createdAt: timestamp(tenant),
    deletedAt: null,
    visibleAt: now + tenant.delays.objectMs,
  };
  tenant.state.connectors.push(connector);
  return connector;
}

function requireApp({ tenant, params }: Call): void {
  if (!tenant.state.apps.some(({ id, deletedAt }) => id === params.app_id && deletedAt === null))
    throw notFound();
}

/** Accepts catalog ids that the table lacks, because the real catalog is larger. */
function requireUsableType(catalogId: string): void {
  if (findConnectorType(catalogId)?.retired === true) throw failedPrecondition("connector is retired");
}

function nameConnector({ tenant, params }: Call, catalogId: string): string {
  const name = findConnectorType(catalogId)?.name ?? "Connector";
  const isTaken = (candidate: string) =>
    tenant.state.connectors.some(
      (row) => row.appId === params.app_id && row.deletedAt === null && row.displayName === candidate,
    );
  let chosen = name;
  for (let count = 2; isTaken(chosen); count++) chosen = `${name} (${count})`;
  return chosen;
}
