import { z } from "zod/v3";
import type { Http } from "./http.ts";
import { dropUndefined, type Fields, objects, pageQuery, text } from "./parse.ts";
import { buildPath } from "./path.ts";
import type { C1Api, ConnectorOwner, ConnectorOwnerRef, Page } from "./port.ts";
import { parseUser } from "./users.ts";
import { prepareWrite } from "./write.ts";

const ownerSchema = z.object({ roleSlug: text, createdAt: text, user: z.unknown() });
const answerSchema = z.object({ connectorOwnerUser: ownerSchema });
const listSchema = z.object({ list: objects, nextPageToken: text });

const OWNERS = "/api/v2/apps/{appId}/connectors/{connectorId}/owners/users";

function toOwner({ roleSlug, createdAt, user: record }: z.infer<typeof ownerSchema>): ConnectorOwner {
  const user = parseUser(record);
  return dropUndefined({ userId: user?.id, roleSlug, createdAt, user });
}

function parseOwner(answer: Fields): ConnectorOwner | undefined {
  const row = answerSchema.safeParse(answer).data?.connectorOwnerUser;
  return row && toOwner(row);
}

function parsePage(answer: Fields): Page<ConnectorOwner> {
  const { list, nextPageToken } = listSchema.parse(answer);
  return dropUndefined({ items: list.map((row) => toOwner(ownerSchema.parse(row))), nextPageToken });
}

function rowPath({ appId, connectorId, roleSlug, userId }: ConnectorOwnerRef): string {
  return buildPath(`${OWNERS}/{roleSlug}/{userId}`, { appId, connectorId, roleSlug, userId });
}

export function createConnectorOwners(http: Http): C1Api["connectorOwners"] {
  return {
    async get(ref, call) {
      const request = { operation: "read the connector owner", method: "GET", write: false } as const;
      return http.request({ ...request, path: rowPath(ref), parse: parseOwner }, call);
    },
    async list(appId, connectorId, page, call) {
      const path = buildPath(OWNERS, { appId, connectorId });
      const request = {
        operation: "list the connector's owners",
        method: "GET",
        path,
        write: false,
      } as const;
      return http.request({ ...request, query: pageQuery(page), parse: parsePage }, call);
    },
    add(ref) {
      return prepareWrite(http, {
        operation: "add the connector owner",
        path: rowPath(ref),
        body: { userRef: { id: ref.userId } },
        parse: parseOwner,
      });
    },
  };
}
