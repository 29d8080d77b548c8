import type { Call, Connector } from "../c1/port.ts";
import { type ConnectionWord, connectionOf, hasSynced, hasTriedConfig, reasonOf } from "./connection.ts";
import type { Run, ToolContext } from "./define.ts";
import { pollFor } from "./poll.ts";

/** The connection state of a connector, for a result. */
export interface Connection {
  readonly connection?: ConnectionWord;
  /** Why its sync failed, in C1's words. */
  readonly lastError?: string;
  readonly next?: string;
}

const NEXT: Readonly<Record<ConnectionWord, string>> = {
  connected: "add_connector_user_owner, if its owners are still to be named",
  syncing: "not synced yet, which is no failure: look with find_connectors",
  waiting_for_config: "update_connector with its config, or its owner enters it in the C1 console",
  failed: "correct the config with update_connector",
};

/** The connection state of a connector, with what to do next. */
export function describeConnection(connector: Connector, call: Pick<Call, "mask">): Connection {
  const connection = connectionOf(connector);
  if (connection === undefined) return {};
  const lastError = connection === "failed" ? reasonOf(connector, call) : undefined;
  return { connection, next: NEXT[connection], ...(lastError !== undefined && { lastError }) };
}

/** A connector by its ids. */
export interface Place {
  readonly appId: string;
  readonly connectorId: string;
}

export interface SyncPlace extends Place {
  /** Its state before the sync that is waited for; absent for a new connector. */
  readonly before?: Connector | undefined;
}

/** For the end of a summary. */
const ENDINGS: Readonly<Record<ConnectionWord, string>> = {
  connected: "C1 is connected",
  syncing: "its sync has not ended yet",
  waiting_for_config: "it waits for its config",
  failed: "its sync failed",
};

/**
 * Waits until the next sync of a connector has ended, by reading only. Running out of time is not a failure.
 * @param summary of the write, to which the end of the wait is appended.
 */
export async function waitForSync(
  place: SyncPlace,
  seconds: number,
  summary: string,
  run: Run,
  context: ToolContext,
): Promise<Connection & { summary: string }> {
  return withEnding(summary, await watch(place, seconds, run, context));
}

/**
 * Looks once whether C1 has tried a config that was sent; "syncing" as long as it has not.
 * @param summary of the write, with or without the end of a wait.
 */
export async function lookAtSync(
  { appId, connectorId, isNew }: Place & { readonly isNew: boolean },
  summary: string,
  run: Run,
): Promise<Connection & { summary: string }> {
  const connector = await run.api.connectors.get(appId, connectorId, run.call);
  const isTried = hasTriedConfig(connector, isNew);
  return withEnding(
    summary,
    isTried ? describeConnection(connector, run.call) : { connection: "syncing", next: NEXT.syncing },
  );
}

function withEnding(summary: string, seen: Connection): Connection & { summary: string } {
  const bare = summary.replace(/\.$/, "").replace(`; ${ENDINGS.syncing}`, "");
  return {
    ...seen,
    summary: `${bare}${seen.connection === undefined ? "" : `; ${ENDINGS[seen.connection]}`}.`,
  };
}

async function watch(
  { appId, connectorId, before }: SyncPlace,
  seconds: number,
  run: Run,
  context: ToolContext,
): Promise<Connection> {
  let last: Connector | undefined;
  const ended = await pollFor(
    async (call) => {
      last = await run.api.connectors.get(appId, connectorId, call);
      const isOver = hasSynced(last, before) || connectionOf(last) === "waiting_for_config";
      return isOver ? last : undefined;
    },
    { seconds, describe: () => WAITING[(last && connectionOf(last)) ?? "syncing"] },
    run,
    context,
  );
  if (ended) return describeConnection(ended, run.call);
  if (last === undefined) run.unchecked.push("sync of the connector (not shown)");
  return { connection: "syncing", next: NEXT.syncing };
}

/** For progress messages. Until the sync begins, C1 shows how the previous one ended. */
const WAITING: Readonly<Record<ConnectionWord, string>> = {
  connected: "C1 has not begun to sync yet",
  failed: "C1 has not begun to sync yet",
  syncing: "C1 is syncing the connector",
  waiting_for_config: "The connector waits for its config",
};
