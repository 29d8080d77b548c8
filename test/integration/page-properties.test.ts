import fc from "fast-check";
import { expect, it } from "vitest";
import { checkProperty } from "../faults/check-property.ts";
import { anyPageSchedule } from "../faults/page-schedule.ts";
import { runPageSchedule } from "../faults/run-page-schedule.ts";
import { PATIENCE_MS, RUNS } from "../faults/runs.ts";

it(
  "whatever clients, people and the tenant do: at most one connector per page, and no false result",
  async () => {
    const ends = { made: 0, told: 0 };
    const property = fc.asyncProperty(anyPageSchedule, async (schedule) => {
      const { made, outcomes, broken } = await runPageSchedule(schedule);
      expect(broken).toBe("");
      if (schedule.ifExists !== "create" && schedule.visibleAfterMs === 0)
        expect(made.length).toBeLessThanOrEqual(1);
      if (made.length > 0) ends.made += 1;
      if (outcomes.some(({ isError }) => !isError)) ends.told += 1;
    });
    await checkProperty(property, RUNS.pages);
    // The runs are of use only if many of them complete their write.
    expect(ends.made).toBeGreaterThan(RUNS.pages / 4);
    expect(ends.told).toBeGreaterThan(RUNS.pages / 5);
  },
  PATIENCE_MS,
);
