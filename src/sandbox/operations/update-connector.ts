import { z } from "zod/v3";
import { type ConfigValue, checkConfig } from "../config-check.ts";
import { isSecretKey } from "../config-secrets.ts";
import { expandMask, ids, optionalId, readFields, text } from "../fields.ts";
import { invalidArgument } from "../problems.ts";
import type { ConnectorRow } from "../state.ts";
import { configureConnector } from "../syncs.ts";
import type { Call } from "../tenant.ts";
import { answerConnector, CONNECTOR_MASK_PATHS } from "../views/connector-view.ts";
import { requireConnector } from "./references.ts";

const MESSAGE = "ConnectorServiceUpdateRequest";

/** The connector fields that the mask does not name; their values in a request are ignored. */
const UNTOUCHED = [
  "canResumeSync",
  "configUpdatedAt",
  "connectorApiVersion",
  "connectorSyncCronSchedule",
  "createdAt",
  "deletedAt",
  "disableCheckBadSync",
  "downloadUrl",
  "oauthAuthorizedAs",
  "parallelSyncWorkerCount",
  "profileAllowList",
  "profileIgnoreList",
  "status",
  "syncConfig",
  "syncDisabledAt",
  "syncDisabledCategory",
  "syncDisabledReason",
  "updatedAt",
];

const shape = z
  .object({
    connector: z
      .object({
        id: optionalId,
        appId: optionalId,
        catalogId: optionalId,
        displayName: text,
        description: text,
        userIds: ids,
        config: z.unknown(),
        ...Object.fromEntries(UNTOUCHED.map((name) => [name, z.unknown()])),
      })
      .strict(),
    updateMask: z.string().refine(
      (mask) => mask === "config",
      (mask) => ({ message: `invalid path "${mask}"` }),
    ),
    expandMask: expandMask(CONNECTOR_MASK_PATHS),
  })
  .strict();

/**
 * Replaces a connector's whole configuration; what the real API does with omitted keys is not known. Of the fields that the mask
 * can name, the sandbox supports only `config`.
 */
export function updateConnector(call: Call) {
  const { connector: given, expandMask: mask } = readFields(call, MESSAGE, shape);
  const connector = requireConnector(call, call.params.id);
  checkIdentity(given, connector);
  if ((given.config ?? null) === null)
    throw invalidArgument(`invalid ${MESSAGE}.connector.config: value is required`);
  const checked = checkConfig(connector.catalogId, given.config);
  configureConnector(call.tenant, connector, dropErased(connector.catalogId, checked));
  return answerConnector(call.tenant, connector, mask);
}

function checkIdentity(given: Pick<ConnectorRow, "id" | "appId" | "catalogId">, connector: ConnectorRow) {
  for (const field of ["id", "appId", "catalogId"] as const) {
    if (given[field] !== "" && given[field] !== connector[field])
      throw invalidArgument(`invalid ${MESSAGE}.connector.${field}: differs from the connector's own`);
  }
}

/** An empty text erases a secret: the vendor's own instructions warn of it. */
function dropErased(catalogId: string, configuration: Record<string, ConfigValue>) {
  const isErased = (key: string, value: ConfigValue) =>
    isSecretKey(catalogId, key) && "stringValue" in value && value.stringValue === "";
  return Object.fromEntries(Object.entries(configuration).filter(([key, value]) => !isErased(key, value)));
}
