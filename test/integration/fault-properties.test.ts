import fc from "fast-check";
import { expect, it } from "vitest";
import { checkProperty } from "../faults/check-property.ts";
import { runSchedule } from "../faults/run-schedule.ts";
import { PATIENCE_MS, RUNS } from "../faults/runs.ts";
import { anySchedule } from "../faults/schedule.ts";
import { ALL_WRITES } from "../faults/writes.ts";

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

// Found by the property above: the sandbox once answered 200 to the refused sync.
it("a sync whose token is revoked on the way, and whose answer is empty", async () => {
  const write = ALL_WRITES.find(({ name }) => name === "sync_connector") as (typeof ALL_WRITES)[number];
  const problems = await runSchedule({
    write,
    visibleAfterMs: 0,
    rules: [
      { match: { operation: "connectors.forceSync" }, do: { kind: "empty" }, when: "after" },
      { match: { operation: "connectors.get" }, do: { kind: "expireToken" }, when: "after" },
    ],
    askers: [{ startMs: 0, cancelMs: undefined, ifExists: "fail" }],
  });
  expect(problems).toEqual([]);
});
