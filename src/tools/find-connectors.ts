import { z } from "zod/v3";
import type { Connector, ConnectorOwner } from "../c1/port.ts";
import { cleanText } from "../text.ts";
import { connectionOf, connectionWord, reasonOf } from "./connection.ts";
import { defineRead } from "./define.ts";
import { cursor, limit, listResult, nameOrId } from "./fields.ts";
import type { Run } from "./job.ts";
import { listRows, PROBE_PAGE } from "./list-rows.ts";
import { lookUp } from "./look-up.ts";
import { type Reading, readAll } from "./read-all.ts";
import { resolveApp } from "./resolve-app.ts";
import { resolveConnector } from "./resolve-connector.ts";
import { nameUser } from "./resolve-people.ts";

/** Owners shown for one connector; more are only counted. */
const MAX_OWNERS = 10;

const row = z.object({
  id: z.string(),
  displayName: z.string().optional(),
  catalogId: z.string().optional(),
  connection: connectionWord.optional(),
  /** C1's own word if it is none of those. */
  status: z.string().optional(),
});

const output = listResult(row)
  .partial({ items: true })
  .extend({
    connector: row.extend({ lastError: z.string().optional(), createdAt: z.string().optional() }).optional(),
    owners: z.record(z.array(z.string())).optional(),
    unchecked: z.array(z.string()).optional(),
  });

/** `GET /api/v1/apps/{app_id}/connectors`, and for a single connector its owners by role. */
export const findConnectors = defineRead({
  name: "find_connectors",
  title: "Find connectors",
  description:
    "Find or list connectors of an app, or show one connector: state of its sync (status, whether finished or failed, last error), who owns it (owners by role).",
  roles: { names: ["Connector Admin", "Read-Only Super Admin", "Super Admin"], subject: "seeing connectors" },
  input: z.object({ appId: nameOrId, connectorId: nameOrId.optional(), limit, cursor }).strict(),
  output,
  async probe(api, call) {
    const { items } = await api.apps.search({}, PROBE_PAGE, call);
    const [app] = items;
    if (!app) return "there is no app to try it on";
    return void (await api.connectors.list(app.id, PROBE_PAGE, call));
  },
  async read({ appId, connectorId, limit, cursor }, run) {
    const app = await resolveApp(appId, run);
    if (connectorId !== undefined) return describeConnector(app.id, connectorId, run);
    const rows = await listRows({
      query: ["connectors", app.id],
      limit,
      cursor,
      fetch: (page) => run.api.connectors.list(app.id, page, run.call),
      toRow: (connector) => (connector.deletedAt === undefined ? toRow(connector) : undefined),
      none: "C1 shows no connector of this app: create_connector makes one.",
      narrow: "More connectors: pass nextCursor.",
    });
    return { ...rows, ...uncheckedOf(run) };
  },
});

async function describeConnector(appId: string, ref: string, run: Run): Promise<z.infer<typeof output>> {
  const target = await resolveConnector(appId, ref, run);
  const [connector, owners] = await Promise.all([
    run.api.connectors.get(appId, target.id, run.call),
    lookUp("owners of the connector", run, (call) =>
      readAll((page) => run.api.connectorOwners.list(appId, target.id, page, call), {
        clock: run.clock,
        deadline: call.deadline,
      }),
    ),
  ]);
  const { createdAt } = connector;
  const lastError = reasonOf(connector, run.call);
  return {
    connector: {
      ...toRow(connector),
      ...(lastError !== undefined && { lastError }),
      ...(createdAt !== undefined && { createdAt: cleanText(createdAt, 40) }),
    },
    ...(owners && { owners: groupOwners(owners) }),
    ...uncheckedOf(run),
  };
}

function groupOwners({ items, gap }: Reading<ConnectorOwner>): Record<string, string[]> {
  // A map, because a role could have the name of a property that every object has.
  const byRole = new Map<string, string[]>();
  for (const { roleSlug, user, userId } of items) {
    const role = cleanText(roleSlug ?? "unnamed role", 60);
    const people = byRole.get(role) ?? [];
    byRole.set(role, people);
    people.push(user ? `${nameUser(user)} [${user.id}]` : (userId ?? "unknown person"));
  }
  for (const people of byRole.values()) {
    const left = people.splice(MAX_OWNERS).length;
    if (left > 0 || gap !== undefined)
      people.push(gap === undefined ? `and ${left} more` : `and perhaps more (${gap})`);
  }
  return Object.fromEntries(byRole);
}

function toRow(connector: Connector): z.infer<typeof row> {
  const { id, displayName, catalogId, status } = connector;
  const connection = connectionOf(connector);
  return {
    id,
    ...(displayName !== undefined && { displayName: cleanText(displayName, 80) }),
    ...(catalogId !== undefined && { catalogId: cleanText(catalogId, 40) }),
    ...(connection !== undefined
      ? { connection }
      : status !== undefined && { status: cleanText(status.replace("SYNC_STATUS_", ""), 40) }),
  };
}

function uncheckedOf({ unchecked }: Run): { unchecked?: string[] } {
  return unchecked.length > 0 ? { unchecked } : {};
}
