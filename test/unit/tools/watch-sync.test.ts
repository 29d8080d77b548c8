import { describe, expect, it } from "vitest";
import type { C1Api, Connector } from "../../../src/c1/port.ts";
import { type DigestSync, digestSync, digestSyncStart } from "../../../src/tools/connection.ts";
import type { Looking } from "../../../src/tools/watch.ts";
import { watchConfig, watchSync } from "../../../src/tools/watch-sync.ts";

const RESULT = { appId: "a", connectorId: "c", summary: "Updated the config." };

const OLD = {
  id: "c",
  status: "SYNC_STATUS_DONE",
  syncStartedAt: "2026-01-01T09:00:00Z",
  syncCompletedAt: "2026-01-01T09:05:00Z",
} as Connector;
const RUNNING = { ...OLD, status: "SYNC_STATUS_RUNNING", syncStartedAt: "2026-01-01T10:00:00Z" } as Connector;
const ENDED = {
  ...RUNNING,
  status: "SYNC_STATUS_ERROR",
  syncCompletedAt: "2026-01-01T10:05:00Z",
  lastError: "the former token is not valid",
} as Connector;
const NEXT = {
  ...ENDED,
  status: "SYNC_STATUS_DONE",
  syncStartedAt: "2026-01-01T10:06:00Z",
  syncCompletedAt: "2026-01-01T10:07:00Z",
} as Connector;

function lookingAt(connector: Connector): Looking {
  const api = { connectors: { get: async () => connector } } as unknown as C1Api;
  return { api, call: {} as Looking["call"], unchecked: [] };
}

/** The completion of the result after one look at this connector. */
async function look(connector: Connector, since: string, digest: DigestSync) {
  const run = lookingAt(connector);
  return watchSync(digest)(RESULT, since, run)?.look(run.call);
}

describe("a sync that was under way when the config changed", () => {
  it("does not end the wait: it tried the former config", async () => {
    const since = digestSyncStart(RUNNING);
    expect(await look(RUNNING, since, digestSyncStart)).toBeUndefined();
    expect(await look(ENDED, since, digestSyncStart)).toBeUndefined();
    expect(await look(NEXT, since, digestSyncStart)).toMatchObject({ connection: "connected" });
  });

  it("ends a wait for any sync", async () => {
    expect(await look(ENDED, digestSync(RUNNING), digestSync)).toMatchObject({ connection: "failed" });
  });
});

describe("without times of a start", () => {
  const bare = ({ syncStartedAt: _, ...connector }: Connector) => connector as Connector;

  it("an end that is new counts", async () => {
    const since = digestSyncStart(bare(OLD));
    expect(await look(bare(OLD), since, digestSyncStart)).toBeUndefined();
    expect(await look(bare(ENDED), since, digestSyncStart)).toMatchObject({ connection: "failed" });
  });
});

describe("a connector that C1 shows as deleted", () => {
  const deleted = { ...NEXT, deletedAt: "2026-01-01T10:08:00Z" } as Connector;
  const ending = "Updated the config; C1 shows that it has been deleted since.";

  it("is called neither connected nor syncing, in a wait and on the page", async () => {
    const run = lookingAt(deleted);
    for (const seen of [
      await look(deleted, digestSync(OLD), digestSync),
      await watchConfig({ isNew: false })(RESULT, run)?.look(run.call),
    ]) {
      expect(seen).toMatchObject({ summary: ending, connection: "failed" });
    }
  });
});

it("claims nothing about a connector that was never shown", () => {
  const run = lookingAt(OLD);
  expect(watchSync(digestSync)(RESULT, undefined, run)?.giveUp()).toEqual({
    summary: RESULT.summary,
    next: "look with find_connectors how it stands",
  });
  expect(run.unchecked).toEqual(["sync of the connector (not shown)"]);
});
