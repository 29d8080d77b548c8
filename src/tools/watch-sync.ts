import type { Call, Connector } from "../c1/port.ts";
import {
  type ConnectionWord,
  connectionOf,
  digestSync,
  hasSynced,
  hasTriedConfig,
  reasonOf,
} from "./connection.ts";
import type { Looking, Since, Watch } from "./watch.ts";

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

/** For the end of a summary. */
const ENDINGS: Readonly<Record<ConnectionWord, string>> = {
  connected: "C1 is connected",
  syncing: "its sync has not ended yet",
  waiting_for_config: "it waits for its config",
  failed: "its sync failed",
};

/**
 * Looks whether the next sync of a connector has ended, by reading only.
 * @param summary of the write, to which the end of the wait is appended.
 * @param since the connector's state before the sync that is waited for; absent for a new connector.
 * @param digest the one that `since` was made with.
 */
export function watchSync(
  { appId, connectorId }: Place,
  summary: string,
  since: Since | undefined,
  run: Looking,
  digest = digestSync,
): Watch<Connection & { summary: string }> {
  let last: Connector | undefined;
  const complete = (seen: Connection) => withEnding(summary, seen);
  return {
    async look(call) {
      last = await run.api.connectors.get(appId, connectorId, call);
      if (last.deletedAt !== undefined) return describeDeleted(summary);
      const isOver = hasSynced(last, since, digest) || connectionOf(last) === "waiting_for_config";
      return isOver ? complete(describeConnection(last, run.call)) : undefined;
    },
    describe: () => WAITING[(last && connectionOf(last)) ?? "syncing"],
    giveUp() {
      if (last !== undefined) return complete({ connection: "syncing", next: NEXT.syncing });
      run.unchecked.push("sync of the connector (not shown)");
      return { summary, next: "look with find_connectors how it stands" };
    },
  };
}

/**
 * Looks once whether C1 has tried a config that was sent; "syncing" as long as it has not.
 * @param summary of the write, with or without the end of a wait.
 */
export async function lookAtSync(
  { appId, connectorId, isNew }: Place & { readonly isNew: boolean },
  summary: string,
  run: Looking,
): Promise<Connection & { summary: string }> {
  const connector = await run.api.connectors.get(appId, connectorId, run.call);
  if (connector.deletedAt !== undefined) return describeDeleted(summary);
  const isTried = hasTriedConfig(connector, isNew);
  return withEnding(
    summary,
    isTried ? describeConnection(connector, run.call) : { connection: "syncing", next: NEXT.syncing },
  );
}

/** C1 still shows how a connector stood that somebody has deleted. There is no more to wait for. */
function describeDeleted(summary: string): Connection & { summary: string } {
  return {
    summary: `${bareOf(summary)}; C1 shows that it has been deleted since.`,
    connection: "failed",
    lastError: "The connector has been deleted.",
    next: "ask before making another one",
  };
}

function withEnding(summary: string, seen: Connection): Connection & { summary: string } {
  return {
    ...seen,
    summary: `${bareOf(summary)}${seen.connection === undefined ? "" : `; ${ENDINGS[seen.connection]}`}.`,
  };
}

function bareOf(summary: string): string {
  return summary.replace(/\.$/, "").replace(`; ${ENDINGS.syncing}`, "");
}

/** The result of a write, as far as it names a connector. */
interface Placed {
  readonly appId?: string | undefined;
  readonly connectorId?: string | undefined;
  readonly summary: string;
}

/** The same by the result of a write. */
export function watchPlaced(
  { appId, connectorId, summary }: Placed,
  since: Since | undefined,
  run: Looking,
  digest = digestSync,
): ReturnType<typeof watchSync> | undefined {
  if (appId === undefined || connectorId === undefined) return undefined;
  return watchSync({ appId, connectorId }, summary, since, run, digest);
}

/** For progress messages. Until the sync begins, C1 shows how the previous one ended. */
const WAITING: Readonly<Record<ConnectionWord, string>> = {
  connected: "C1 has not begun to sync yet",
  failed: "C1 has not begun to sync yet",
  syncing: "C1 is syncing the connector",
  waiting_for_config: "The connector waits for its config",
};
