import { idOf } from "../support/fake-api.ts";
import type { WriteCase } from "../support/write-cases.ts";
import type { Row } from "./contents.ts";

/** The user of the credential, and the default owner. */
export const CALLER = idOf("caller");

/** C1 names a connector after its type if the request has no name. */
const TYPE_NAME = "Okta v2";

const person = (id: unknown): Row => ({
  id,
  displayName: "Sam Lee",
  email: "sam.lee@acme.example",
  status: "ENABLED",
});

/** The fields of the requested object that C1 shows. */
export function wishOf({ rows }: WriteCase, args: Row): Row {
  const { appId, connectorId, displayName, description, catalogId, userIds, userRefId } = args;
  if (rows === "apps") return { displayName, description };
  if (rows === "owners") return { appId, connectorId, roleSlug: "primary", user: person(userRefId) };
  return { appId, catalogId, description, ...(userIds !== undefined && { userIds }) };
}

/** A row that is exactly what the arguments request. */
export function fulfil(write: WriteCase, args: Row): Row {
  const defaults = write.rows === "connectors" ? { displayName: TYPE_NAME, userIds: [CALLER] } : {};
  return { ...defaults, ...wishOf(write, args) };
}

/** The row that a request creates. */
export function makeRow({ rows }: WriteCase, path: string, body: Row): Row {
  const [, , , , appId, , connectorId, , , roleSlug, userId] = path.split("/");
  const { displayName, description = "", catalogId, userIds = [CALLER] } = body;
  if (rows === "apps") return { displayName, description };
  if (rows === "owners") return { appId, connectorId, roleSlug, user: person(userId) };
  return { appId, catalogId, displayName: displayName ?? TYPE_NAME, description, userIds };
}

/** A page of a list. Its token is the index of the next row; an unknown token starts from the top. */
export function takePage(rows: readonly unknown[], token: unknown, atMost: number): Row {
  const start = Number(token) || 0;
  const end = start + atMost;
  return { list: rows.slice(start, end), nextPageToken: end < rows.length ? String(end) : "" };
}

/** C1's answers to look-ups of objects that a write refers to; undefined if there is none. */
export function describeNamed(at: string, id: string): Row | undefined {
  switch (at) {
    case "GET /api/v1/apps/*":
      return { app: { id, displayName: "Acme Wiki", deletedAt: null } };
    case "GET /api/v1/apps/*/connectors/*":
      return {
        connectorView: { connector: { id, displayName: "GitHub v2", deletedAt: null } },
        expanded: [],
      };
    case "GET /api/v1/users/*":
      return { userView: { user: person(id), userId: id } };
    case "POST /api/v1/connectorcatalog":
      return { schema: { displayName: TYPE_NAME } };
    default:
      return undefined;
  }
}
