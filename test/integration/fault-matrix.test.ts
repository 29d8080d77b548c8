import { beforeAll, describe, expect, it } from "vitest";
import { CELLS, nameCell } from "../faults/cells.ts";
import { runCells, type Verdict } from "../faults/run-cell.ts";
import { summarise } from "../faults/table.ts";

/* `npm run faults` prints the same cells as a table. */

const verdicts = new Map<string, Verdict>();

beforeAll(async () => {
  for (const verdict of await runCells(CELLS)) verdicts.set(nameCell(verdict.cell), verdict);
}, 120_000);

it("contains each cell once", () => {
  expect(CELLS).toHaveLength(775);
  expect(verdicts.size).toBe(775);
  expect(summarise([...verdicts.values()])).toContain("0 wrong; at most 1 object each");
});

describe("a write's result under a fault matches the tenant", () => {
  it.each(CELLS.map((cell) => [nameCell(cell), cell.expected]))("%s: %s", (name) => {
    expect(verdicts.get(name)?.problems).toEqual([]);
  });
});
