import { z } from "zod/v3";
import type { Http } from "./http.ts";
import { dropUndefined, type Fields, isObject, part, text, texts } from "./parse.ts";
import { buildPath } from "./path.ts";
import type { C1Api, Connector, ConnectorInput } from "./port.ts";
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
const answerSchema = z.object({
  connectorView: z.object({ connector: connectorSchema, appPath: text }),
  expanded: z.array(z.unknown()).catch([]),
});

/** Only for a summary that names the app. */
const EXPAND_MASK = { paths: ["app_id"] };

function parseConnector(answer: Fields): Connector | undefined {
  const parsed = answerSchema.safeParse(answer).data;
  if (!parsed) return undefined;
  const { connector, appPath } = parsed.connectorView;
  const { status, userIds, ...fields } = connector;
  return dropUndefined({
    ...fields,
    status: status?.status,
    lastError: status?.lastError,
    userIds: userIds.length > 0 ? userIds : undefined,
    appName: findAppName(parsed.expanded, appPath),
  });
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
