import { expect, it } from "vitest";
import { type Cell, judgeCells, tabulateCells } from "../../../bench/scale-tables.ts";

const CELL: Cell = {
  what: "create_connector",
  rows: 3_000,
  pageRows: 100,
  latencyMs: 50,
  outcome: "ok",
  expected: 1,
  made: 1,
  requests: 33,
  bytes: 2_048,
  ms: 250,
  cpuMs: 90,
  tokens: 160,
};

const CELLS: readonly Cell[] = [
  CELL,
  { ...CELL, latencyMs: 0 },
  { ...CELL, what: "create_connector, its answer lost", requests: 70 },
  { ...CELL, what: "create_connector, its answer lost", requests: 465, pageRows: 10, cpuMs: 1_001 },
  { ...CELL, what: "create_app, a unique name", requests: 2 },
];

const metBy = (cells: readonly Cell[], name: string) =>
  judgeCells(cells)
    .rows.find(([row]) => row === name)
    ?.slice(1);

it("a call becomes a row, with round trips only where upstream is late", () => {
  const { head, rows } = tabulateCells(CELLS);
  expect(rows[0]).toEqual([
    "create_connector",
    "3,000",
    "100",
    "50 ms",
    "ok",
    "1",
    "33",
    "2 kB",
    "250",
    "5.0",
    "90 ms",
    "160",
  ]);
  expect(rows[1]?.[head.indexOf("round trips")]).toBe("");
});

it("the worst cell is judged, whole and short pages apart", () => {
  expect(metBy(CELLS, "an answer lost, pages of 100: requests")).toEqual(["70", "<= 70", "yes"]);
  expect(metBy(CELLS, "an answer lost, pages of 10: requests")).toEqual(["465", "<= 70", "**no**"]);
  expect(metBy(CELLS, "an answer lost: CPU, ms")).toEqual(["1001", "<= 1000", "**no**"]);
  expect(metBy(CELLS, "create_connector, pages of 100: round trips")).toEqual(["5", "<= 6", "yes"]);
});

it("an object that should not be there is counted", () => {
  const name = "objects made too many";
  expect(metBy(CELLS, name)).toEqual(["0", "<= 0", "yes"]);
  expect(metBy([...CELLS, { ...CELL, made: 2 }], name)).toEqual(["1", "<= 0", "**no**"]);
  expect(metBy([...CELLS, { ...CELL, expected: 0 }], name)).toEqual(["1", "<= 0", "**no**"]);
});
