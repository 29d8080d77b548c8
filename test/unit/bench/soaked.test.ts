import { expect, it } from "vitest";
import { tabulateSoak } from "../../../bench/soaked.ts";

const PRINTED = `HTTP: 100000 calls in 219 s, 0 protocol errors, exit code 0
                     after warm-up    at the end       when idle       
RSS                  118.0 MB         121.4 MB         120.9 MB        
process listeners    9                9                9               
RSS growth 2.9 %
`;

it("the soak's output becomes a table", () => {
  expect(tabulateSoak(PRINTED)).toEqual({
    head: ["Held, HTTP", "after warm-up", "at the end", "when idle", "aim", "met"],
    rows: [
      ["RSS", "118.0 MB", "121.4 MB", "120.9 MB"],
      ["process listeners", "9", "9", "9"],
      ["growth of RSS", "", "2.9 %", "", "<= 10.0 %", "yes"],
    ],
  });
});

it("growth above the target is marked as such", () => {
  const { rows } = tabulateSoak(PRINTED.replace("2.9 %", "12.3 %"));
  expect(rows.at(-1)).toEqual(["growth of RSS", "", "12.3 %", "", "<= 10.0 %", "**no**"]);
});
