import { z } from "zod/v3";
import type { Http } from "./http.ts";
import {
  dropUndefined,
  type Fields,
  isObject,
  objects,
  pageQuery,
  part,
  text,
  texts,
  values,
} from "./parse.ts";
import { buildPath } from "./path.ts";
import type { C1Api, Connector, ConnectorInput, Page } from "./port.ts";
import { buildBody, prepareWrite } from "./write.ts";

const connectorSchema = z.object({
  id: z.string().min(1),
  appId: text,
  catalogId: text,
  displayName: text,
  description: text,
  createdAt: text,
  updatedAt: text,
  deletedAt: text,
  userIds: texts,
  status: part(z.object({ status: text, lastError: text })),
});
const viewSchema = z.object({ connector: connectorSchema, appPath: text });
const answerSchema = z.object({ connectorView: viewSchema, expanded: values });
const listSchema = z.object({ list: objects, nextPageToken: text });

/** Only for a summary that names the app. */
const EXPAND_MASK = { paths: ["app_id"] };

function parseConnector(answer: Fields): Connector | undefined {
  const parsed = answerSchema.safeParse(answer).data;
  return parsed && toConnector(parsed.connectorView, parsed.expanded);
}

function toConnector(
  { connector, appPath }: z.infer<typeof viewSchema>,
  expanded: readonly unknown[],
): Connector {
  const { status, userIds, ...fields } = connector;
  return dropUndefined({
    ...fields,
    status: status?.status,
    lastError: status?.lastError,
    userIds: userIds.length > 0 ? userIds : undefined,
    appName: findAppName(expanded, appPath),
  });
}

function parsePage(answer: Fields): Page<Connector> {
  const { list, nextPageToken } = listSchema.parse(answer);
  const items = list.flatMap((row) => {
    const view = viewSchema.safeParse(row).data;
    return view ? [toConnector(view, [])] : [];
  });
  return dropUndefined({ items, nextPageToken });
}

/** Expanded objects stand beside the view, which points at them with `$.expanded[N]`; C1 uses no other path. */
function findAppName(expanded: readonly unknown[], appPath: string | undefined): string | undefined {
  const index = /^\$\.expanded\[(\d+)\]$/.exec(appPath ?? "")?.[1];
  const app = index === undefined ? undefined : expanded[Number(index)];
  return isObject(app) ? text.parse(app.displayName) : undefined;
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
        { operation: "read the connector", method: "GET", path, write: false, parse: parseConnector },
        call,
      );
    },
    async list(appId, page, call) {
      const path = buildPath("/api/v1/apps/{appId}/connectors", { appId });
      const request = { operation: "list the app's connectors", method: "GET", path, write: false } as const;
      return http.request({ ...request, query: pageQuery(page), parse: parsePage }, call);
    },
    create(input) {
      const path = buildPath("/api/v1/apps/{appId}/connectors/create", { appId: input.appId });
      const body = buildBody({ ...commonFields(input), config: input.config });
      return prepareWrite(http, { operation, path, body, parse: parseConnector });
    },
    createDelegated(input) {
      const path = buildPath("/api/v1/apps/{appId}/connectors", { appId: input.appId });
      const body = buildBody({ ...commonFields(input), displayName: input.displayName });
      return prepareWrite(http, { operation, path, body, parse: parseConnector });
    },
  };
}
