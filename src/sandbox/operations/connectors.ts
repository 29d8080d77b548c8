import { z } from "zod/v3";
import { readFields } from "../fields.ts";
import { PAGE_QUERY, pageFromQuery, takePage } from "../paging.ts";
import { failedPrecondition, notFound } from "../problems.ts";
import { type ConnectorRow, isVisible } from "../state.ts";
import { queueSync } from "../syncs.ts";
import type { Call, Operation } from "../tenant.ts";
import { answerConnector, showConnectorViews } from "../views/connector-view.ts";
import { createConfigured, createDelegated } from "./create-connector.ts";
import { requireConnector } from "./references.ts";
import { updateConnector } from "./update-connector.ts";

const BASE = "/api/v1/apps/{app_id}/connectors";

export const connectorOperations: readonly Operation[] = [
  {
    name: "connectors.list",
    method: "GET",
    path: BASE,
    writes: false,
    query: PAGE_QUERY,
    run: listConnectors,
  },
  { name: "connectors.createDelegated", method: "POST", path: BASE, writes: true, run: createDelegated },
  { name: "connectors.create", method: "POST", path: `${BASE}/create`, writes: true, run: createConfigured },
  { name: "connectors.get", method: "GET", path: `${BASE}/{id}`, writes: false, run: getConnector },
  { name: "connectors.update", method: "POST", path: `${BASE}/{id}`, writes: true, run: updateConnector },
  {
    name: "connectors.forceSync",
    method: "POST",
    path: `${BASE}/{connector_id}/force_sync`,
    writes: true,
    run: forceSync,
  },
];

/** An unknown app has an empty list, as it does for owners. */
function listConnectors(call: Call) {
  const page = takePage(
    visibleConnectors(call),
    pageFromQuery(call, `connectors.list ${call.params.app_id}`),
  );
  const { views, expanded } = showConnectorViews(call.tenant.state, page.rows, [], call.tenant.clock.now());
  return { list: views, expanded, nextPageToken: page.nextPageToken };
}

function getConnector(call: Call) {
  const connector = visibleConnectors(call).find(({ id }) => id === call.params.id);
  if (connector === undefined) throw notFound();
  return answerConnector(call.tenant, connector);
}

/**
 * Queues a sync, unless one is queued or running. How the real API responds in that case, or for a connector that nobody has set
 * up, is not known; here the latter is refused.
 */
function forceSync(call: Call) {
  readFields(call, "ForceSyncRequest", z.object({}).strict());
  const connector = requireConnector(call);
  if (connector.config === null) throw failedPrecondition("connector is not configured");
  const isUnderWay = connector.sync !== null && call.tenant.clock.now() < connector.sync.readyAt;
  if (!isUnderWay) queueSync(call.tenant, connector, connector.lastError);
  return {};
}

function visibleConnectors({ tenant, params }: Call): ConnectorRow[] {
  const now = tenant.clock.now();
  return tenant.state.connectors.filter((row) => row.appId === params.app_id && isVisible(row, now));
}
