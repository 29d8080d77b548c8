import fc from "fast-check";
import { beforeAll, expect, it } from "vitest";
import { checkProperty, SEED } from "../faults/check-property.ts";
import { runSchedule } from "../faults/run-schedule.ts";
import { PATIENCE_MS, RUNS } from "../faults/runs.ts";
import { anySchedule } from "../faults/schedule.ts";
import { warmUp } from "../faults/writes.ts";

/*
 * Random faults, cancellations and up to eight callers of the same write in one process. Most of the time is waiting, so the
 * runs are dealt to lanes that go side by side.
 */

const LANES = 12;

beforeAll(warmUp);

it(
  "whatever goes wrong: one object per intended write, and no false result",
  async () => {
    let runs = 0;
    const property = fc.asyncProperty(anySchedule, async (schedule) => {
      runs += 1;
      expect(await runSchedule(schedule)).toEqual([]);
    });
    const numRuns = Math.ceil(RUNS.schedules / LANES);
    const lanes = Array.from({ length: LANES }, (_, lane) => checkProperty(property, numRuns, SEED + lane));
    // All are waited for, so that none is still at work when the test has failed.
    for (const lane of await Promise.allSettled(lanes)) if (lane.status === "rejected") throw lane.reason;
    expect(runs).toBeGreaterThanOrEqual(RUNS.schedules);
  },
  PATIENCE_MS,
);
