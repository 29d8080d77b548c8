import { ENV_CONFIG } from "../config-check.ts";
import { isSecretKey } from "../config-secrets.ts";
import type { ConnectorRow, TenantState } from "../state.ts";
import type { Tenant } from "../tenant.ts";
import { showApp } from "./app-view.ts";
import { showUser } from "./user-view.ts";

export const CONNECTOR_MASK_PATHS = ["app_id", "user_ids", "capabilities", "*"];

/**
 * A Connector as the API shows it, with its config but without secrets. `configUpdatedAt`, `connectorSyncCronSchedule` and
 * `syncConfig` are omitted when unset, because the vendor's TypeScript SDK 1.2.2 rejects null there.
 */
function showConnector(connector: ConnectorRow, now: number) {
  return {
    id: connector.id,
    appId: connector.appId,
    catalogId: connector.catalogId,
    displayName: connector.displayName,
    description: connector.description,
    userIds: connector.userIds,
    config: showConfig(connector),
    ...(connector.configUpdatedAt !== null && { configUpdatedAt: connector.configUpdatedAt }),
    status: showStatus(connector, now),
    canResumeSync: false,
    connectorApiVersion: 0,
    disableCheckBadSync: false,
    downloadUrl: "",
    oauthAuthorizedAs: null,
    parallelSyncWorkerCount: null,
    profileAllowList: null,
    profileIgnoreList: null,
    syncDisabledAt: null,
    syncDisabledCategory: "",
    syncDisabledReason: "",
    createdAt: connector.createdAt,
    updatedAt: connector.configUpdatedAt ?? connector.createdAt,
    deletedAt: connector.deletedAt,
  };
}

/** Connector views with the objects that an expand mask requests; views point into `expanded` by JSONPath. */
export function showConnectorViews(
  state: TenantState,
  connectors: readonly ConnectorRow[],
  mask: readonly string[],
  now: number,
) {
  const expanded: Record<string, unknown>[] = [];
  const point = (entry: Record<string, unknown> | undefined) =>
    entry === undefined ? "" : `$.expanded[${expanded.push(entry) - 1}]`;
  const wants = (path: string) => mask.includes(path) || mask.includes("*");
  const views = connectors.map((connector) => {
    const app = wants("app_id") ? state.apps.find(({ id }) => id === connector.appId) : undefined;
    // One path cannot name several users, and how C1 shows them is not known; here it points to the first one.
    const users = wants("user_ids") ? state.users.filter(({ id }) => connector.userIds.includes(id)) : [];
    return {
      connector: showConnector(connector, now),
      appPath: point(app && { "@type": "type.googleapis.com/c1.api.app.v1.App", ...showApp(app) }),
      capabilitiesPath: "",
      usersPath:
        users.map((user) =>
          point({ "@type": "type.googleapis.com/c1.api.user.v1.User", ...showUser(user) }),
        )[0] ?? "",
    };
  });
  return { views, expanded };
}

/** The response for a single connector. */
export function answerConnector(
  { state, clock }: Tenant,
  connector: ConnectorRow,
  mask: readonly string[] = [],
) {
  const { views, expanded } = showConnectorViews(state, [connector], mask, clock.now());
  return { connectorView: views[0], expanded };
}

function showConfig({ catalogId, config }: ConnectorRow) {
  if (config === null) return null;
  const open = Object.entries(config).filter(([key]) => !isSecretKey(catalogId, key));
  return { "@type": ENV_CONFIG, configuration: Object.fromEntries(open) };
}

/**
 * Which status a connector shows before its first sync has ended is not documented. Here a delegated connector is disabled, and
 * one with a queued sync has no status yet.
 */
function showStatus({ sync, lastError }: Pick<ConnectorRow, "sync" | "lastError">, now: number) {
  if (sync === null) return { ...noStatus, status: "SYNC_STATUS_DISABLED" };
  const startedAt = new Date(sync.startedAt).toISOString();
  if (now < sync.startedAt) {
    if (sync.before !== null) return showStatus(sync.before, now);
    return {
      ...noStatus,
      status: "SYNC_STATUS_UNSPECIFIED",
      updatedAt: new Date(sync.queuedAt).toISOString(),
    };
  }
  if (now < sync.readyAt)
    return { ...noStatus, status: "SYNC_STATUS_RUNNING", startedAt, updatedAt: startedAt };
  const completedAt = new Date(sync.readyAt).toISOString();
  const status = lastError === "" ? "SYNC_STATUS_DONE" : "SYNC_STATUS_ERROR";
  return { status, startedAt, completedAt, updatedAt: completedAt, lastError };
}

const noStatus = { startedAt: null, completedAt: null, updatedAt: null, lastError: "" };
