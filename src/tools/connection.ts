import { createHash } from "node:crypto";
import { z } from "zod/v3";
import type { Call, Connector } from "../c1/port.ts";
import { cleanText } from "../text.ts";
import { maskTokens } from "./connector-config/plain.ts";
import type { Since } from "./watch.ts";

/** Connection state of a connector, in the words of our results. */
export const connectionWord = z.enum(["connected", "syncing", "waiting_for_config", "failed"]);

export type ConnectionWord = z.infer<typeof connectionWord>;

const WORDS: ReadonlyMap<string, ConnectionWord> = new Map([
  ["SYNC_STATUS_DONE", "connected"],
  ["SYNC_STATUS_RUNNING", "syncing"],
  ["SYNC_STATUS_ERROR", "failed"],
]);

/** What C1 shows of a connector that has not synced. */
const UNSYNCED: ReadonlySet<string> = new Set(["", "SYNC_STATUS_UNSPECIFIED", "SYNC_STATUS_DISABLED"]);

/**
 * Connection state of a connector; undefined if C1 does not show it, or shows a value newer than this code. What C1 shows before
 * the first sync is not documented: a connector with a config is assumed to wait for its sync, one without for its config.
 */
export function connectionOf(connector: Connector): ConnectionWord | undefined {
  const { status = "", configUpdatedAt, configShown } = connector;
  const known = WORDS.get(status);
  if (known || !UNSYNCED.has(status)) return known;
  if (configUpdatedAt === undefined && configShown === undefined) {
    return status === "SYNC_STATUS_DISABLED" || status === "SYNC_STATUS_UNSPECIFIED"
      ? "waiting_for_config"
      : undefined;
  }
  return status === "SYNC_STATUS_DISABLED" && hasStopped(connector) ? "failed" : "syncing";
}

/** Whether C1 shows more than that no sync has begun, as it may of a connector that was made a moment ago. */
function hasStopped({ syncStartedAt, syncCompletedAt, lastError, syncDisabledReason }: Connector): boolean {
  return [syncStartedAt, syncCompletedAt, lastError, syncDisabledReason].some((shown) => shown !== undefined);
}

/** How far the syncs of a connector have come, in hex: the latest time that C1 shows, or four bytes that tell what else it shows. */
export type DateSync = (connector: Connector) => Since;

/** Moves on when a sync begins, and again when it ends. */
export const dateSync: DateSync = ({ status, syncStartedAt, syncCompletedAt }) =>
  dateLatest([syncStartedAt, syncCompletedAt], status);

/** Moves on only when a sync begins: the end of one that is under way does not count as another. */
export const dateSyncStart: DateSync = ({ status, syncStartedAt, syncCompletedAt }) =>
  dateLatest([syncStartedAt ?? syncCompletedAt], status);

/** The length of a time. */
const TIME_DIGITS = 12;

function dateLatest(times: readonly (string | undefined)[], status: string | undefined): Since {
  const shown = times.filter((time) => time !== undefined);
  const latest = Math.max(...shown.map((time = "") => Date.parse(time)));
  // Not the text: C1 may write the same time in another way.
  if (latest >= 0 && latest < 16 ** TIME_DIGITS) return latest.toString(16).padStart(TIME_DIGITS, "0");
  const text = JSON.stringify(shown.length > 0 ? shown : [status]);
  return createHash("sha256").update(text).digest("hex").slice(0, 8);
}

/** Whether the syncs of a connector have come further than before: C1 may also show an older state. */
export function isFurther(now: Since, before: Since): boolean {
  const areTimes = now.length === TIME_DIGITS && before.length === TIME_DIGITS;
  return areTimes ? now > before : now !== before;
}

/** Whether the last sync of a connector has ended. */
export function hasSynced(connector: Connector): boolean {
  const word = connectionOf(connector);
  return word === "connected" || word === "failed";
}

/**
 * Whether C1 has tried the config that a connector has now: its last sync has ended, and began after the config was changed. C1
 * may cut times to the second.
 * @param isNew whether the connector was created with this config, so that any sync is one with it.
 */
export function hasTriedConfig(connector: Connector, isNew: boolean): boolean {
  if (!hasSynced(connector)) return false;
  const began = secondOf(connector.syncStartedAt);
  const changed = secondOf(connector.configUpdatedAt);
  return Number.isNaN(began) || Number.isNaN(changed) ? isNew : began >= changed;
}

/** Whether the last sync began before the config was changed, as far as C1 shows both times. */
export function hasTriedFormerConfig({ syncStartedAt, configUpdatedAt }: Connector): boolean {
  return secondOf(syncStartedAt) < secondOf(configUpdatedAt);
}

/** NaN if there is none, or none that can be read. */
function secondOf(time = ""): number {
  return Math.floor(Date.parse(time) / 1000);
}

/** Whether the sync before the one in progress succeeded: after a failure, C1 would still show its error. */
export function hasSyncedWell({ syncCompletedAt, lastError }: Connector): boolean {
  return syncCompletedAt !== undefined && lastError === undefined;
}

/** C1's own words on why a sync failed or is disabled, marked as C1's. */
export function reasonOf(
  { lastError, syncDisabledReason }: Connector,
  { mask }: Pick<Call, "mask">,
): string | undefined {
  const words = lastError ?? syncDisabledReason;
  // A secret that nobody here knows may still be recognised by its form.
  return words === undefined ? undefined : `C1 says: ${cleanText(maskTokens(mask?.(words) ?? words), 200)}`;
}
