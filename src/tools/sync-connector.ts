import { z } from "zod/v3";
import type { Call, ConnectorRef } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import { connectionWord, dateSync } from "./connection.ts";
import { defineWrite } from "./define.ts";
import { dryRun, nameOrId, syncSeconds, writeResult } from "./fields.ts";
import type { Run } from "./job.ts";
import type { Existing } from "./named.ts";
import type { Reading } from "./read-all.ts";
import { resolvePlace } from "./resolve-connector.ts";
import { NEXT_IN_USE, SYNC_NOT_SHOWN, watchSync } from "./watch-sync.ts";

const input = z.object({ appId: nameOrId, connectorId: nameOrId, waitSeconds: syncSeconds, dryRun }).strict();

const output = z.object({
  ...writeResult,
  appId: z.string().optional(),
  connectorId: z.string().optional(),
  connection: connectionWord.optional(),
  lastError: z.string().optional(),
});

/** gRPC FAILED_PRECONDITION arrives as this status; C1 returns it if there is no config to sync with. */
const REFUSED = 400;

const LOOK = "look with find_connectors how it ended; until it begins, that shows the sync before";

/** `POST /api/v1/apps/{app_id}/connectors/{connector_id}/force_sync` */
export const syncConnector = defineWrite({
  name: "sync_connector",
  title: "Sync connector",
  description:
    "Start (run, trigger, force) a connector's sync right away: refresh its data from the connected system, without waiting for the schedule.",
  effect: "add",
  roles: { names: ["Connector Admin", "Super Admin"], connectorOwners: true },
  input,
  output,
  async plan({ appId, connectorId, waitSeconds, dryRun = false }, run) {
    const { app, connector } = await resolvePlace(appId, connectorId, run);
    const place = { appId: app.id, connectorId: connector.id };
    const { shown } = connector;
    const write = run.api.connectors.forceSync(place.appId, place.connectorId);
    const where = `${connector.label} of ${app.label}`;
    const result = {
      summary: `C1 queued a sync of ${where} in ${run.tenant}.`,
      tenant: run.tenant,
      ...place,
      ...((waitSeconds === 0 || !shown) && { next: LOOK }),
    };
    // The end of the previous sync could not be told from the end of this one.
    if (!shown && waitSeconds > 0 && !dryRun) run.unchecked.push(SYNC_NOT_SHOWN);
    return {
      targets: place,
      intent: `Sync ${where} now`,
      request: write.request,
      dryRun,
      ifUnknown: "Look with find_connectors whether it syncs; asking again is harmless.",
      guard: {
        key: JSON.stringify(["sync", place]),
        what: "syncs under way",
        existsAlready: "It syncs already",
        ifExists: "repeat",
        find: (call) => findSync(place, run, call),
        describe: () => ({ ...result, recovered: true }),
      },
      async send(call) {
        try {
          await write.send(call);
        } catch (error) {
          throw explainUnconfigured(error);
        }
        return result;
      },
      wait: shown ? { seconds: waitSeconds, since: dateSync(shown) } : { seconds: 0 },
    };
  },
  watch: watchSync(dateSync, { advice: NEXT_IN_USE }),
});

/** The last sync, identified by its start time. */
async function findSync(
  { appId, connectorId }: ConnectorRef,
  { api }: Run,
  call: Call,
): Promise<Reading<Existing>> {
  const { id, syncStartedAt } = await api.connectors.get(appId, connectorId, call);
  return syncStartedAt === undefined
    ? { items: [] }
    : { items: [{ id, label: `sync of ${syncStartedAt}`, createdAt: syncStartedAt }] };
}

function explainUnconfigured(error: unknown): unknown {
  if (!(error instanceof Failure) || error.changed !== "no" || error.status !== REFUSED) return error;
  return error.with({
    next: "A connector without a config cannot sync: give it one with update_connector. Otherwise follow C1's words.",
  });
}
