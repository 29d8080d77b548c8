import { describe, expect, it } from "vitest";
import { CELLS, nameCell } from "../faults/cells.ts";
import { runCell, type Verdict } from "../faults/run-cell.ts";
import { summarise } from "../faults/table.ts";

/* `npm run faults` prints the same cells as a table. */

const verdicts = new Map<string, Verdict>();

describe("a write's result under a fault matches the tenant", () => {
  it.each(
    CELLS.map((cell) => ({ name: nameCell(cell), expected: cell.expected, cell })),
  )("$name: $expected", async ({ name, cell }) => {
    const verdict = await runCell(cell);
    verdicts.set(name, verdict);
    expect(verdict.problems).toEqual([]);
  });
});

it("contains each cell once", () => {
  expect(CELLS).toHaveLength(775);
  expect(verdicts.size).toBe(775);
  expect(summarise([...verdicts.values()])).toContain("0 wrong; at most 1 object each");
});
