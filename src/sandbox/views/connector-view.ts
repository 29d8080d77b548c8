import { ENV_CONFIG, GROUP_KEY } from "../config-check.ts";
import { findConnectorType } from "../connector-type-table.ts";
import type { ConnectorRow, TenantState } from "../state.ts";
import { showApp } from "./app-view.ts";
import { showUser } from "./user-view.ts";

export const CONNECTOR_MASK_PATHS = ["app_id", "user_ids", "capabilities", "*"];

/**
 * A Connector as the API shows it: its config without any secret. `configUpdatedAt`, `connectorSyncCronSchedule` and
 * `syncConfig` are left out when they are unset, because the vendor's TypeScript SDK 1.2.2 refuses null there.
 */
export function showConnector(connector: ConnectorRow, now: number) {
  return {
    id: connector.id,
    appId: connector.appId,
    catalogId: connector.catalogId,
    displayName: connector.displayName,
    description: connector.description,
    userIds: connector.userIds,
    config: showConfig(connector),
    ...(connector.config !== null && { configUpdatedAt: connector.createdAt }),
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
    updatedAt: connector.createdAt,
    deletedAt: connector.deletedAt,
  };
}

/** Connector views with the objects that an expand mask asks for; views point into `expanded` by JSONPath. */
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
    // One path cannot name several users, and how C1 shows them is not known: here it points at the first.
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

/** What an unknown type keeps secret is unknown too, so nothing of its config is shown. */
function showConfig({ catalogId, config }: ConnectorRow) {
  if (config === null) return null;
  const fields = findConnectorType(catalogId)?.fields ?? [];
  const isOpen = (key: string) => fields.some((field) => field.key === key && !field.secret);
  const open = Object.entries(config).filter(
    ([key]) => isOpen(key) || (fields.length > 0 && key === GROUP_KEY),
  );
  return { "@type": ENV_CONFIG, configuration: Object.fromEntries(open) };
}

/**
 * What a connector shows right after its creation is not documented. The sandbox shows a delegated one as disabled, and
 * lets a configured one run for a while and then be done, or fail when keys that the schema calls required are missing.
 */
function showStatus({ config, sync, lastError }: ConnectorRow, now: number) {
  if (config === null || sync === null) return { ...noStatus, status: "SYNC_STATUS_DISABLED" };
  const startedAt = new Date(sync.startedAt).toISOString();
  if (now < sync.readyAt)
    return { ...noStatus, status: "SYNC_STATUS_RUNNING", startedAt, updatedAt: startedAt };
  const completedAt = new Date(sync.readyAt).toISOString();
  const status = lastError === "" ? "SYNC_STATUS_DONE" : "SYNC_STATUS_ERROR";
  return { status, startedAt, completedAt, updatedAt: completedAt, lastError };
}

const noStatus = { startedAt: null, completedAt: null, updatedAt: null, lastError: "" };
