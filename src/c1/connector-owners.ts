import { z } from "zod/v3";
import { isObject } from "../json.ts";
import type { Http } from "./http.ts";
import { differs, dropUndefined, type Fields, pageQuery, readPage, text } from "./parse.ts";
import { buildPath } from "./path.ts";
import type { C1Api, ConnectorOwner, ConnectorOwnerRef, ConnectorRef } from "./port.ts";
import { parseUser } from "./users.ts";
import { prepareWrite } from "./write.ts";

const ownerSchema = z.object({
  appId: text,
  connectorId: text,
  roleSlug: text,
  createdAt: text,
  user: z.unknown(),
});

const OWNERS = "/api/v2/apps/{appId}/connectors/{connectorId}/owners/users";

/** Reads a row of this connector; undefined for a row of another one. A role may have no person. */
function readOwner(record: unknown, { appId, connectorId }: ConnectorRef): ConnectorOwner | undefined {
  const row = ownerSchema.safeParse(record).data;
  if (!row || differs(row.appId, appId) || differs(row.connectorId, connectorId)) return undefined;
  const user = parseUser(row.user);
  return dropUndefined({ userId: user?.id, roleSlug: row.roleSlug, createdAt: row.createdAt, user });
}

/**
 * Accepts only the row of the requested person and role; that somebody else is an owner answers another question. C1 may omit the
 * person (the API description allows it), but then the row must at least name the role.
 */
function parseOwner({ connectorOwnerUser: row }: Fields, ref: ConnectorOwnerRef): ConnectorOwner | undefined {
  const owner = readOwner(row, ref);
  if (!owner || differs(owner.roleSlug, ref.roleSlug)) return undefined;
  const { user } = row as Fields;
  const isTheirs = isObject(user) ? user.id === ref.userId : owner.roleSlug !== undefined;
  return isTheirs ? { ...owner, userId: ref.userId } : undefined;
}

function rowPath({ appId, connectorId, roleSlug, userId }: ConnectorOwnerRef): string {
  return buildPath(`${OWNERS}/{roleSlug}/{userId}`, { appId, connectorId, roleSlug, userId });
}

export function createConnectorOwners(http: Http): C1Api["connectorOwners"] {
  return {
    async get(ref, call) {
      const request = { operation: "read the connector owner", method: "GET", write: false } as const;
      return http.request(
        { ...request, path: rowPath(ref), parse: (answer) => parseOwner(answer, ref) },
        call,
      );
    },
    async list(appId, connectorId, page, call) {
      const path = buildPath(OWNERS, { appId, connectorId });
      const request = {
        operation: "list the connector's owners",
        method: "GET",
        path,
        write: false,
      } as const;
      return http.request(
        {
          ...request,
          query: pageQuery(page),
          parse: (answer) => readPage(answer, (row) => readOwner(row, { appId, connectorId })),
        },
        call,
      );
    },
    add(ref) {
      return prepareWrite(http, {
        operation: "add the connector owner",
        path: rowPath(ref),
        body: { userRef: { id: ref.userId } },
        parse: (answer) => parseOwner(answer, ref),
      });
    },
  };
}
