import fc from "fast-check";
import { expect, it } from "vitest";
import { checkProperty } from "../faults/check-property.ts";
import { runSchedule } from "../faults/run-schedule.ts";
import { PATIENCE_MS, RUNS } from "../faults/runs.ts";
import { anySchedule } from "../faults/schedule.ts";

/* Random faults, cancellations and up to eight callers of the same write in one process. */

it(
  "whatever goes wrong: one object per intended write, and no false result",
  async () => {
    const property = fc.asyncProperty(anySchedule, async (schedule) => {
      expect(await runSchedule(schedule)).toEqual([]);
    });
    await checkProperty(property, RUNS.schedules);
  },
  PATIENCE_MS,
);
