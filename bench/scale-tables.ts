import type { Table } from "./markdown.ts";
import { judge, kilobytes, ms } from "./report.ts";

/** One call on a tenant of one size. */
export interface Cell {
  readonly what: string;
  readonly rows: number;
  readonly pageRows: number;
  readonly latencyMs: number;
  readonly outcome: string;
  /** Number of objects that a right call adds to the tenant at most, and that it added. */
  readonly expected: 0 | 1;
  readonly made: number;
  readonly requests: number;
  readonly bytes: number;
  readonly ms: number;
  readonly cpuMs: number;
  readonly tokens: number;
}

const HEAD = [
  "call",
  "rows",
  "page",
  "upstream",
  "outcome",
  "made",
  "requests",
  "bytes",
  "ms",
  "round trips",
  "CPU",
  "tokens",
];

export function tabulateCells(cells: readonly Cell[]): Table {
  return {
    head: HEAD,
    rows: cells.map((cell) => [
      cell.what,
      cell.rows.toLocaleString("en"),
      String(cell.pageRows),
      `${cell.latencyMs} ms`,
      cell.outcome,
      String(cell.made),
      String(cell.requests),
      kilobytes(cell.bytes),
      ms(cell.ms),
      cell.latencyMs > 0 ? countTrips(cell).toFixed(1) : "",
      `${cell.cpuMs} ms`,
      String(cell.tokens),
    ]),
  };
}

const countTrips = ({ ms, latencyMs }: Cell) => (latencyMs > 0 ? ms / latencyMs : 0);

/** The worst of all cells that an aim is for. */
export function judgeCells(cells: readonly Cell[]): Table {
  const isLost = ({ what }: Cell) => what.endsWith("lost");
  const ofWholePages = ({ pageRows }: Cell) => pageRows === 100;
  const aims: readonly [string, number, (cell: Cell) => boolean, (cell: Cell) => number][] = [
    ["objects made too many", 0, () => true, ({ made, expected }) => Math.max(0, made - expected)],
    ["create_app, a unique name: requests", 2, ({ what }) => what.endsWith("unique name"), requestsOf],
    [
      "create_connector, pages of 100: requests",
      40,
      (cell) => isConnector(cell) && ofWholePages(cell),
      requestsOf,
    ],
    [
      "create_connector, pages of 100: round trips",
      6,
      (cell) => isConnector(cell) && ofWholePages(cell),
      countTrips,
    ],
    ["an answer lost, pages of 100: requests", 70, (cell) => isLost(cell) && ofWholePages(cell), requestsOf],
    ["an answer lost, pages of 10: requests", 70, (cell) => isLost(cell) && !ofWholePages(cell), requestsOf],
    ["an answer lost: CPU, ms", 1_000, isLost, ({ cpuMs }) => cpuMs],
  ];
  return {
    head: ["In the worst cell", "measured", "aim", "met"],
    rows: aims.map(([name, most, isMeant, measure]) => {
      const worst = Math.max(...cells.filter(isMeant).map(measure));
      return [name, show(worst), ...judge(worst, { most }, show)];
    }),
  };
}

const isConnector = ({ what }: Cell) => what === "create_connector";
const requestsOf = ({ requests }: Cell) => requests;
const show = (value: number) => String(Math.round(value * 10) / 10);
