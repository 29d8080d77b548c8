import { z } from "zod/v3";
import { isObject } from "../json.ts";
import type { Http } from "./http.ts";
import {
  differs,
  dropUndefined,
  type Fields,
  isOld,
  objectId,
  pageQuery,
  part,
  readPage,
  text,
  texts,
  values,
} from "./parse.ts";
import { buildPath } from "./path.ts";
import type { C1Api, Connector, ConnectorInput, ConnectorUpdate } from "./port.ts";
import { buildBody, prepareWrite } from "./write.ts";

const connectorSchema = z.object({
  id: objectId,
  appId: text,
  catalogId: text,
  displayName: text,
  description: text,
  createdAt: text,
  updatedAt: text,
  deletedAt: text,
  userIds: texts,
  configUpdatedAt: text,
  config: part(z.object({ configuration: z.unknown() })),
  syncDisabledReason: text,
  status: part(z.object({ status: text, lastError: text, startedAt: text, completedAt: text })),
});
const viewSchema = z.object({ connector: connectorSchema, appPath: text });

/** Sent only for the app's name in a summary. */
const EXPAND_MASK = { paths: ["app_id"] };

/** A connector of this app; undefined for a connector of another app. */
function readConnector(
  record: unknown,
  appId: string,
  expanded: readonly unknown[] = [],
): Connector | undefined {
  const view = viewSchema.safeParse(record).data;
  if (!view || differs(view.connector.appId, appId)) return undefined;
  const { connector, appPath } = view;
  const { status, userIds, config, ...fields } = connector;
  return dropUndefined({
    ...fields,
    status: status?.status,
    lastError: status?.lastError,
    syncStartedAt: status?.startedAt,
    syncCompletedAt: status?.completedAt,
    configShown: config && readConfig(config.configuration),
    userIds: userIds.length > 0 ? userIds : undefined,
    appName: findAppName(expanded, appPath, appId),
  });
}

/** Values arrive bare or wrapped in an object, which is also how they are sent. */
function readConfig(configuration: unknown): ReadonlyMap<string, string> {
  const entries = isObject(configuration) ? Object.entries(configuration) : [];
  return new Map(
    entries.flatMap(([key, value]) => {
      const shown = text.parse(isObject(value) ? value.stringValue : value);
      return shown === undefined ? [] : [[key, shown] as const];
    }),
  );
}

/** Accepts only the connector that was asked for. */
function parseConnector(answer: Fields, appId: string, id: string): Connector | undefined {
  const connector = readConnector(answer.connectorView, appId, values.parse(answer.expanded));
  return connector?.id === id ? connector : undefined;
}

/** A new, live connector in the app, with the type and name that were sent. */
function parseCreated(
  answer: Fields,
  { appId, catalogId, description, displayName }: ConnectorInput & { readonly displayName?: string },
  date?: number,
): Connector | undefined {
  const connector = readConnector(answer.connectorView, appId, values.parse(answer.expanded));
  if (!connector || connector.deletedAt !== undefined || isOld(connector.createdAt, date)) return undefined;
  const isOther =
    differs(connector.catalogId, catalogId) ||
    differs(connector.description, description ?? "") ||
    // For a configured connector C1 chooses the name.
    (displayName !== undefined && differs(connector.displayName, displayName));
  return isOther ? undefined : connector;
}

/** The updated connector: the requested one, live and of unchanged type. */
function parseUpdated(
  answer: Fields,
  { appId, connectorId, catalogId }: ConnectorUpdate,
): Connector | undefined {
  const connector = parseConnector(answer, appId, connectorId);
  const isOther =
    connector?.deletedAt !== undefined ||
    (catalogId !== undefined && differs(connector?.catalogId, catalogId));
  return isOther ? undefined : connector;
}

/** Expanded objects come beside the view, which points to them by `$.expanded[N]`; C1 uses no other path. */
function findAppName(
  expanded: readonly unknown[],
  appPath: string | undefined,
  appId: string,
): string | undefined {
  const index = /^\$\.expanded\[(\d+)\]$/.exec(appPath ?? "")?.[1];
  const app = index === undefined ? undefined : expanded[Number(index)];
  return isObject(app) && !differs(text.parse(app.id), appId) ? text.parse(app.displayName) : undefined;
}

function commonFields({ catalogId, description, userIds }: ConnectorInput) {
  return { catalogId, description, userIds, expandMask: EXPAND_MASK };
}

export function createConnectors(http: Http): C1Api["connectors"] {
  const operation = "create the connector";
  return {
    async get(appId, connectorId, call) {
      const path = buildPath("/api/v1/apps/{appId}/connectors/{connectorId}", { appId, connectorId });
      return http.request(
        {
          operation: "read the connector",
          method: "GET",
          path,
          write: false,
          parse: (answer) => parseConnector(answer, appId, connectorId),
        },
        call,
      );
    },
    async list(appId, page, call) {
      const path = buildPath("/api/v1/apps/{appId}/connectors", { appId });
      const request = { operation: "list the app's connectors", method: "GET", path, write: false } as const;
      return http.request(
        {
          ...request,
          query: pageQuery(page),
          parse: (answer) => readPage(answer, (row) => readConnector(row, appId)),
        },
        call,
      );
    },
    create(input) {
      const path = buildPath("/api/v1/apps/{appId}/connectors/create", { appId: input.appId });
      const body = buildBody({ ...commonFields(input), config: input.config });
      return prepareWrite(http, {
        operation,
        path,
        body,
        parse: (answer, date) => parseCreated(answer, input, date),
      });
    },
    update(input) {
      const { appId, connectorId, catalogId, config } = input;
      return prepareWrite(http, {
        operation: "update the connector",
        path: buildPath("/api/v1/apps/{appId}/connectors/{connectorId}", { appId, connectorId }),
        body: buildBody({
          connector: buildBody({ id: connectorId, appId, catalogId, config }),
          updateMask: "config",
          expandMask: EXPAND_MASK,
        }),
        parse: (answer) => parseUpdated(answer, input),
      });
    },
    forceSync(appId, connectorId) {
      return prepareWrite(http, {
        operation: "sync the connector",
        path: buildPath("/api/v1/apps/{appId}/connectors/{connectorId}/force_sync", { appId, connectorId }),
        body: {},
        mayBeEmpty: true,
        parse: (answer) => answer,
      });
    },
    createDelegated(input) {
      const path = buildPath("/api/v1/apps/{appId}/connectors", { appId: input.appId });
      const body = buildBody({ ...commonFields(input), displayName: input.displayName });
      return prepareWrite(http, {
        operation,
        path,
        body,
        parse: (answer, date) => parseCreated(answer, input, date),
      });
    },
  };
}
