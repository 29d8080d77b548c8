import { CONNECTORS } from "../../src/sandbox/seed.ts";
import { type ChangeCase, isChange, type WriteCase } from "../support/write-cases.ts";

/** An object that exists and that no call asks for. */
export const DECOY = {
  id: "2decoydecoydecoydecoydecoyX",
  name: "Decoy Ledger",
  person: "Decoy Person",
  email: "decoy@acme.example",
  role: "decoy-role",
} as const;

/** Ways in which a row can be wrong in a successful response. Each can be detected by comparing it with the request. */
export type Change =
  | "another name"
  | "another app"
  | "another type"
  | "another person"
  | "another role"
  | "another connector"
  | "the old config"
  | "deleted"
  | "another id form"
  | "without id";

export type Row = Readonly<Record<string, unknown>>;

export interface Reply {
  readonly status: number;
  readonly body: unknown;
}

/** The changes that are detectable in the response to a write. C1 names configured connectors itself, so there any name is right. */
export function changesOf(write: WriteCase | ChangeCase): readonly Change[] {
  if (isChange(write)) return write.changes === "config" ? CHANGES_OF_UPDATE : [];
  const { rows, operation } = write;
  if (rows === "owners") return ["another person", "another role", "without id"];
  const common = ["deleted", "another id form", "without id"] as const;
  if (rows === "apps") return ["another name", ...common];
  const names = operation === "connectors.createDelegated" ? (["another name"] as const) : [];
  return ["another app", "another type", ...names, ...common];
}

/** For updates. The response to `force_sync` has no content that could be wrong. */
export const CHANGES_OF_UPDATE = [
  "another connector",
  "another app",
  "another type",
  "the old config",
  "deleted",
  "another id form",
  "without id",
] as const satisfies readonly Change[];

export function changeRow(row: Row, change: Change): Row {
  const user = row.user as Row | undefined;
  switch (change) {
    case "another name":
      return { ...row, displayName: DECOY.name };
    case "another app":
      return { ...row, appId: DECOY.id };
    case "another type":
      return { ...row, catalogId: DECOY.id };
    case "another person":
      return { ...row, user: { ...user, id: DECOY.id, displayName: DECOY.person, email: DECOY.email } };
    case "another role":
      return { ...row, roleSlug: DECOY.role };
    case "another connector":
      return { ...row, id: DECOY.id };
    case "the old config":
      return { ...row, ...OLD };
    case "deleted":
      return { ...row, deletedAt: "2025-06-01T00:00:00Z" };
    case "another id form":
      return { ...row, id: "app/42" };
    case "without id":
      return user ? { ...row, user: { ...user, id: "" } } : { ...row, id: "" };
  }
}

/** The connector's config before the update, as C1 shows it. */
const OLD = {
  config: { configuration: { okta_v2_domain: CONNECTORS.hrOkta.config?.okta_v2_domain } },
  configUpdatedAt: CONNECTORS.hrOkta.configUpdatedAt,
};

/** Reads and replaces the single row of a response. */
const FORMS: Record<WriteCase["rows"], { get(body: Row): unknown; put(body: Row, row: Row): Row }> = {
  apps: { get: ({ app }) => app, put: (body, app) => ({ ...body, app }) },
  connectors: {
    get: ({ connectorView }) => (connectorView as Row | undefined)?.connector,
    put: (body, connector) => ({
      ...body,
      connectorView: { ...(body.connectorView as Row | undefined), connector },
    }),
  },
  owners: {
    get: ({ connectorOwnerUser }) => connectorOwnerUser,
    put: (body, connectorOwnerUser) => ({ ...body, connectorOwnerUser }),
  },
};

/** The response with its row altered. If the write did not run, a response as if it had. */
export function changeAnswer(write: WriteCase | ChangeCase, body: unknown, alter: (row: Row) => Row): Row {
  const { get, put } = FORMS[isChange(write) ? "connectors" : write.rows];
  const row = get(body as Row) as Row | undefined;
  return put(row ? (body as Row) : {}, alter(row ?? fabricateRow(write)));
}

/** A plausible row for a write that did not run. */
function fabricateRow(write: WriteCase | ChangeCase): Row {
  const id = "2fabricatedfabricatedfabric";
  const { args } = write;
  const { appId, connectorId, catalogId, displayName = "Okta v2" } = args;
  if (isChange(write)) return { id: connectorId, appId, catalogId: CONNECTORS.hrOkta.catalogId };
  if (write.rows === "owners")
    return { appId, connectorId, roleSlug: "primary", user: { id: args.userRefId, displayName: "Sam Lee" } };
  return { id, displayName, appId, catalogId, createdAt: "2026-01-01T00:00:00Z", deletedAt: null };
}
