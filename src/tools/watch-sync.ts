import type { Call, Connector } from "../c1/port.ts";
import { Failure } from "../errors.ts";
import {
  type ConnectionWord,
  connectionOf,
  type DateSync,
  hasSynced,
  hasTriedConfig,
  isFurther,
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

type Advice = Readonly<Record<ConnectionWord, string | undefined>>;

const NEXT: Readonly<Record<ConnectionWord, string>> = {
  connected: "add_connector_user_owner, if its owners are still to be named",
  syncing: "not synced yet, which is no failure: look with find_connectors",
  waiting_for_config: "update_connector with its config, or its owner enters it in the C1 console",
  failed: "correct the config with update_connector",
};

/** For a connector that nobody is setting up. */
export const NEXT_IN_USE: Advice = { ...NEXT, connected: undefined };

/** The connection state of a connector, with what to do next. */
export function describeConnection(
  connector: Connector,
  call: Pick<Call, "mask">,
  advice: Advice = NEXT,
): Connection {
  const connection = connectionOf(connector);
  if (connection === undefined) return {};
  const lastError = connection === "failed" ? reasonOf(connector, call) : undefined;
  const next = advice[connection];
  return { connection, ...(next !== undefined && { next }), ...(lastError !== undefined && { lastError }) };
}

/** Noted when it is not known how the connector stood at the end of a wait. */
export const SYNC_NOT_SHOWN = "sync of the connector (not shown)";

/** For the end of a summary. */
const ENDINGS: Readonly<Record<ConnectionWord, string>> = {
  connected: "the connector is connected",
  syncing: "its sync has not ended yet",
  waiting_for_config: "it waits for its config",
  failed: "its sync failed",
};

/** The result of a write, as far as it names a connector. */
interface Placed {
  readonly appId?: string | undefined;
  readonly connectorId?: string | undefined;
  readonly summary: string;
}

type Seen = Connection & { summary: string };

/**
 * Makes a tool's `watch`: until a sync of the connector has ended that is not the last one before the write.
 * @param date the function that made the tool's `since`.
 * @param isOther whether the last sync does not count, although it is a new one.
 */
export function watchSync(
  date: DateSync,
  {
    advice = NEXT,
    isOther = () => false,
  }: { advice?: Advice; isOther?: (connector: Connector) => boolean } = {},
) {
  return (placed: Placed, since: Since | undefined, run: Looking): Watch<Seen> | undefined =>
    watchConnector(
      placed,
      run,
      (connector) => {
        if (hasSynced(connector))
          return !isOther(connector) && (since === undefined || isFurther(date(connector), since));
        return connectionOf(connector) === "waiting_for_config";
      },
      advice,
    );
}

/**
 * Makes a tool's `watchConfig`: until C1 has tried the config that was sent.
 * @param isNew whether the write creates the connector.
 */
export function watchConfig({ isNew }: { readonly isNew: boolean }) {
  return (placed: Placed, run: Looking): Watch<Seen> | undefined =>
    watchConnector(placed, run, (connector) => hasTriedConfig(connector, isNew));
}

/**
 * After so many failed looks in a row, what was seen before them is too old to be reported. A single one can be the last look of a
 * wait, which leaves no time for an answer.
 */
const TOO_MANY_MISSED = 2;

/** Completes the summary of a write. */
function watchConnector(
  { appId, connectorId, summary }: Placed,
  run: Looking,
  isOver: (connector: Connector) => boolean,
  advice?: Advice,
): Watch<Seen> | undefined {
  if (appId === undefined || connectorId === undefined) return undefined;
  let last: Connector | undefined;
  let missed = 0;

  const read = async (call: Call): Promise<Connector> => {
    try {
      const connector = await run.api.connectors.get(appId, connectorId, call);
      missed = 0;
      return connector;
    } catch (error) {
      missed += 1;
      // C1 no longer shows it.
      const isGone = error instanceof Failure && error.code === "not_found";
      if (isGone || missed >= TOO_MANY_MISSED) last = undefined;
      throw error;
    }
  };

  return {
    async look(call) {
      last = await read(call);
      if (last.deletedAt !== undefined) return describeDeleted(summary);
      return isOver(last) ? withEnding(summary, describeConnection(last, run.call, advice)) : undefined;
    },
    describe: () => WAITING[(last && connectionOf(last)) ?? "syncing"],
    giveUp() {
      if (last?.syncDisabledReason !== undefined && connectionOf(last) === "failed")
        return withEnding(summary, describeConnection(last, run.call, advice));
      // A state that is newer than this code is not a sync under way.
      if (last && connectionOf(last))
        return withEnding(summary, { connection: "syncing", next: NEXT.syncing });
      run.unchecked.push(SYNC_NOT_SHOWN);
      return { summary, next: "look with find_connectors how it stands" };
    },
  };
}

/** C1 still shows the last state of a connector that somebody deleted: there is nothing more to wait for. */
function describeDeleted(summary: string): Seen {
  return {
    summary: `${withoutStop(summary)}; C1 shows that it has been deleted since.`,
    connection: "failed",
    lastError: "The connector has been deleted.",
    next: "ask before making another one",
  };
}

function withEnding(summary: string, seen: Connection): Seen {
  return {
    ...seen,
    summary: `${withoutStop(summary)}${seen.connection === undefined ? "" : `; ${ENDINGS[seen.connection]}`}.`,
  };
}

function withoutStop(sentence: string): string {
  return sentence.replace(/\.$/, "");
}

/** For progress messages. Until the sync begins, C1 shows how the previous one ended. */
const WAITING: Readonly<Record<ConnectionWord, string>> = {
  connected: "C1 has not begun to sync yet",
  failed: "C1 has not begun to sync yet",
  syncing: "C1 is syncing the connector",
  waiting_for_config: "The connector waits for its config",
};
