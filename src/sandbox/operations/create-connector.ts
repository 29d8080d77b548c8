import { z } from "zod/v3";
import { checkConfig, listMissingKeys } from "../config-check.ts";
import { findConnectorType } from "../connector-type-table.ts";
import { entitlementRefs, ids, listOf, readFields, requiredId, text } from "../fields.ts";
import { mintId } from "../ids.ts";
import { failedPrecondition, invalidArgument, notFound } from "../problems.ts";
import type { ConnectorRow } from "../state.ts";
import { type Call, timestamp } from "../tenant.ts";
import { CONNECTOR_MASK_PATHS, showConnectorViews } from "../views/connector-view.ts";
import { requireEntitlementApps, requirePeople } from "./references.ts";

/** How long a sync of the sandbox takes. */
export const SYNC_MS = 30_000;

const expandMask = z
  .object({
    paths: listOf(
      z.string().refine(
        (path) => CONNECTOR_MASK_PATHS.includes(path),
        (path) => ({ message: `invalid path "${path}"` }),
      ),
    ),
  })
  .strict()
  .nullish()
  .transform((mask) => mask?.paths ?? []);

const common = { catalogId: requiredId, description: text, userIds: ids, expandMask };
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

/** Creates a connector with its config. The server names it: the request has no field for that. */
export function createConfigured(call: Call) {
  const { config, ...fields } = readFields(call, "ConnectorServiceCreateRequest", configuredShape);
  requireApp(call);
  requireUsableType(fields.catalogId);
  // Whether the real API takes a create without config is not known.
  if ((config ?? null) === null)
    throw invalidArgument("invalid ConnectorServiceCreateRequest.config: value is required");
  const checked = checkConfig(fields.catalogId, config);
  const missing = listMissingKeys(fields.catalogId, checked);
  const now = call.tenant.clock.now();
  return addConnector(call, fields, {
    displayName: nameConnector(call, fields.catalogId),
    config: checked,
    sync: { startedAt: now, readyAt: now + SYNC_MS },
    lastError: missing.length === 0 ? "" : `missing required configuration: ${missing.join(", ")}`,
  });
}

/** Creates a connector that someone sets up later, in the console. */
export function createDelegated(call: Call) {
  const { displayName, appEntitlementOwnerRefs, ...fields } = readFields(
    call,
    "ConnectorServiceCreateDelegatedRequest",
    delegatedShape,
  );
  requireApp(call);
  requireUsableType(fields.catalogId);
  requireEntitlementApps(call.tenant.state, appEntitlementOwnerRefs);
  return addConnector(call, fields, {
    displayName: displayName === "" ? nameConnector(call, fields.catalogId) : displayName,
    config: null,
    sync: null,
    lastError: "",
  });
}

type CommonFields = { catalogId: string; description: string; userIds: string[]; expandMask: string[] };

/** v1 `userIds` and the v2 owners are kept apart here: how they relate is not known. */
function addConnector(
  { tenant, caller, params }: Call,
  fields: CommonFields,
  made: Pick<ConnectorRow, "displayName" | "config" | "sync" | "lastError">,
) {
  requirePeople(tenant.state, "userIds", fields.userIds);
  const now = tenant.clock.now();
  const connector: ConnectorRow = {
    id: mintId(now),
    appId: params.app_id ?? "",
    catalogId: fields.catalogId,
    description: fields.description,
    userIds: fields.userIds.length === 0 ? [caller.userId] : [...new Set(fields.userIds)],
    ...made,
    createdAt: timestamp(tenant),
    deletedAt: null,
    visibleAt: now + tenant.delays.objectMs,
  };
  tenant.state.connectors.push(connector);
  const { views, expanded } = showConnectorViews(tenant.state, [connector], fields.expandMask, now);
  return { connectorView: views[0], expanded };
}

function requireApp({ tenant, params }: Call): void {
  if (!tenant.state.apps.some(({ id, deletedAt }) => id === params.app_id && deletedAt === null))
    throw notFound();
}

/** A catalog id that the table lacks is taken: the real catalog is larger. */
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
