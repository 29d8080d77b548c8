import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { runSchedule } from "../faults/run-schedule.ts";
import { PATIENCE_MS, RUNS } from "../faults/runs.ts";
import { anySchedule } from "../faults/schedule.ts";
import { warmUp } from "../faults/writes.ts";

/*
 * Random faults, cancellations and up to eight callers of the same write in one process. Most of the time is waiting, so the
 * runs are dealt to lanes that go side by side.
 */

const LANES = 20;

beforeAll(warmUp);

describe.concurrent("whatever goes wrong: one object per intended write, and no false word about it", () => {
  it.each(Array.from({ length: LANES }, (_, lane) => lane + 1))(
    "lane %i",
    async () => {
      await fc.assert(
        fc.asyncProperty(anySchedule, async (schedule) => {
          expect(await runSchedule(schedule)).toEqual([]);
        }),
        { numRuns: RUNS.schedules / LANES },
      );
    },
    PATIENCE_MS,
  );
});
