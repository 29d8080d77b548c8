import type { C1Api, Call } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import { cleanText, quoteForeign } from "../text.ts";
import type { PendingWait } from "./deferral.ts";
import { describeUser } from "./resolve-people.ts";
import { DEFAULT_ROLE } from "./roles.ts";

/** What the parts of a write are called. */
interface Names {
  readonly app: string;
  readonly connector: string;
  readonly user: string;
  readonly catalogId?: string | undefined;
}

/**
 * The result of a write in a process that did not do it: by its ids, with the names that C1 shows now. Rejects with a Failure if
 * C1 does not answer.
 */
export async function recallResult(pending: PendingWait, api: C1Api, call: Call): Promise<PendingWait> {
  const { appId, connectorId, userId } = pending.target;
  const [app, connector, user] = await Promise.all([
    shown(api.apps.get(appId, call)),
    shown(api.connectors.get(appId, connectorId, call)),
    userId === undefined ? undefined : shown(api.users.get(userId, call)),
  ]);
  const byId = namesById(pending);
  return complete(pending, {
    app: app?.displayName === undefined ? byId.app : `app ${quoteForeign(app.displayName, 120)}`,
    connector:
      connector?.displayName === undefined
        ? byId.connector
        : `connector ${quoteForeign(connector.displayName, 120)}`,
    user: user ? describeUser(user) : byId.user,
    catalogId: connector?.catalogId && cleanText(connector.catalogId, 40),
  });
}

/** The same without asking C1. */
export function recallById(pending: PendingWait): PendingWait {
  return pending.output ? pending : complete(pending, namesById(pending));
}

function namesById({ target: { appId, connectorId, userId = "" } }: PendingWait): Names {
  return { app: `app ${appId}`, connector: `connector ${connectorId}`, user: userId };
}

/** Undefined for what C1 does not show, or not to this caller. */
async function shown<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof Failure && ["not_found", "forbidden"].includes(error.code)) return undefined;
    throw error;
  }
}

function complete(pending: PendingWait, names: Names): PendingWait {
  const { tenant, target, isShortened } = pending;
  const { appId, connectorId, userId } = target;
  const { app, connector, user, catalogId } = names;
  const place = { appId, connectorId };
  const more =
    userId !== undefined
      ? { ...place, userId, roleSlug: DEFAULT_ROLE }
      : { ...place, ...(pending.tool === "create_connector" && { catalogId }) };
  const summaries: Readonly<Record<string, string>> = {
    create_connector: `Created ${connector} in ${app} of ${tenant}.`,
    update_connector: `Updated the config of ${connector} of ${app} in ${tenant}.`,
    sync_connector: `C1 queued a sync of ${connector} of ${app} in ${tenant}.`,
    add_connector_user_owner: `${user} is now an owner (${DEFAULT_ROLE}) of ${connector} of ${app} in ${tenant}.`,
  };
  return {
    ...pending,
    output: { summary: summaries[pending.tool], tenant, ...more },
    ...(isShortened && { notes: ["what the call itself noted (not known to this process)"] }),
  };
}
