import { describe, expect, it } from "vitest";
import type { C1Api, Connector } from "../../../src/c1/port.ts";
import { Failure } from "../../../src/errors.ts";
import {
  type DateSync,
  dateSync,
  dateSyncStart,
  hasTriedFormerConfig,
} from "../../../src/tools/connection.ts";
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
async function look(connector: Connector, since: string, date: DateSync) {
  const run = lookingAt(connector);
  return watchSync(date)(RESULT, since, run)?.look(run.call);
}

describe("a sync that was under way when the config changed", () => {
  it("does not end the wait: it tried the former config", async () => {
    const since = dateSyncStart(RUNNING);
    expect(await look(RUNNING, since, dateSyncStart)).toBeUndefined();
    expect(await look(ENDED, since, dateSyncStart)).toBeUndefined();
    expect(await look(NEXT, since, dateSyncStart)).toMatchObject({ connection: "connected" });
  });

  it("ends a wait for any sync", async () => {
    expect(await look(ENDED, dateSync(RUNNING), dateSync)).toMatchObject({ connection: "failed" });
  });
});

it("a sync that began between the look and the change of the config does not end the wait: it tried the former one", async () => {
  const run = lookingAt({ ...ENDED, configUpdatedAt: "2026-01-01T10:01:00Z" });
  const watch = watchSync(dateSyncStart, { isOther: hasTriedFormerConfig });
  expect(await watch(RESULT, dateSyncStart(OLD), run)?.look(run.call)).toBeUndefined();
  const later = lookingAt({ ...NEXT, configUpdatedAt: "2026-01-01T10:01:00Z" });
  expect(await watch(RESULT, dateSyncStart(OLD), later)?.look(later.call)).toMatchObject({
    connection: "connected",
  });
});

describe.each([dateSync, dateSyncStart])("the last sync before the write (%o)", (date) => {
  it.each<[string, Partial<Connector>]>([
    [
      "in another zone",
      { syncStartedAt: "2026-01-01T04:00:00-05:00", syncCompletedAt: "2026-01-01T10:05:00+01:00" },
    ],
    ["with nanoseconds", { syncStartedAt: "2026-01-01T09:00:00.000000000Z" }],
  ])("is no other one %s", async (_how, times) => {
    expect(await look({ ...OLD, ...times }, date(OLD), date)).toBeUndefined();
  });

  it("is not followed by an earlier one, which a replica of C1 shows that is behind", async () => {
    expect(await look(OLD, date(NEXT), date)).toBeUndefined();
  });
});

describe("without times of a start", () => {
  const bare = ({ syncStartedAt: _, ...connector }: Connector) => connector as Connector;

  it("an end that is new counts", async () => {
    const since = dateSyncStart(bare(OLD));
    expect(await look(bare(OLD), since, dateSyncStart)).toBeUndefined();
    expect(await look(bare(ENDED), since, dateSyncStart)).toMatchObject({ connection: "failed" });
  });
});

describe("a connector that C1 shows as deleted", () => {
  const deleted = { ...NEXT, deletedAt: "2026-01-01T10:08:00Z" } as Connector;
  const ending = "Updated the config; C1 shows that it has been deleted since.";

  it("is called neither connected nor syncing, in a wait and on the page", async () => {
    const run = lookingAt(deleted);
    for (const seen of [
      await look(deleted, dateSync(OLD), dateSync),
      await watchConfig({ isNew: false })(RESULT, run)?.look(run.call),
    ]) {
      expect(seen).toMatchObject({ summary: ending, connection: "failed" });
    }
  });
});

describe("at the end of a wait", () => {
  const down = new Failure("unavailable", "C1 is down.", { status: 503 });
  const gone = new Failure("not_found", "C1 does not know it.", { status: 404 });

  /** What completes the result after these looks. */
  async function giveUp(...looks: (Connector | Failure)[]) {
    const api = {
      connectors: {
        async get() {
          const next = looks.shift();
          if (next instanceof Failure) throw next;
          return next;
        },
      },
    } as unknown as C1Api;
    const run: Looking = { api, call: {} as Looking["call"], unchecked: [] };
    const watch = watchSync(dateSync)(RESULT, dateSync(OLD), run);
    while (looks.length > 0) await watch?.look(run.call).catch(() => undefined);
    return watch?.giveUp();
  }

  it("a sync that was under way a moment ago has not ended", async () => {
    expect(await giveUp(RUNNING)).toMatchObject({ connection: "syncing" });
    // The last look may have had no time.
    expect(await giveUp(RUNNING, down)).toMatchObject({ connection: "syncing" });
    expect(await giveUp(RUNNING, down, down, RUNNING)).toMatchObject({ connection: "syncing" });
  });

  it.each([
    ["C1 shows no more", [RUNNING, gone]],
    ["could not be looked at for a while", [RUNNING, down, down]],
    ["has a state that is not known here", [{ ...RUNNING, status: "SYNC_STATUS_PAUSED" }]],
  ])("nothing is claimed about a connector that %s", async (_what, looks) => {
    expect(await giveUp(...looks)).not.toHaveProperty("connection");
  });

  it("a connector whose sync C1 has disabled is not called syncing", async () => {
    const disabled = { ...OLD, configUpdatedAt: "2026-01-01T08:00:00Z", status: "SYNC_STATUS_DISABLED" };
    expect(await giveUp({ ...disabled, syncDisabledReason: "by an admin" })).toMatchObject({
      connection: "failed",
      lastError: "C1 says: by an admin",
    });
  });
});

it("claims nothing about a connector that was never shown", () => {
  const run = lookingAt(OLD);
  expect(watchSync(dateSync)(RESULT, undefined, run)?.giveUp()).toEqual({
    summary: RESULT.summary,
    next: "look with find_connectors how it stands",
  });
  expect(run.unchecked).toEqual(["sync of the connector (not shown)"]);
});
