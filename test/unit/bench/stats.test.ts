import { describe, expect, it } from "vitest";
import { median, quantile, rotate, spreadOf } from "../../../bench/stats.ts";

describe("quantiles", () => {
  it.each<[string, number[], number, number]>([
    ["the middle one of three", [3, 1, 2], 0.5, 2],
    ["between the two in the middle", [4, 1, 3, 2], 0.5, 2.5],
    ["the lowest", [5, 9, 7], 0, 5],
    ["the highest", [5, 9, 7], 1, 9],
    ["a single one", [4], 0.9, 4],
    ["by number and not by letter", [10, 9, 100], 0.5, 10],
    ["interpolated", [0, 10], 0.9, 9],
  ])("%s", (_what, values, share, expected) => {
    expect(quantile(values, share)).toBeCloseTo(expected, 10);
  });

  it("leave the values in their order", () => {
    const values = [3, 1, 2];
    median(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it("require values", () => {
    expect(() => median([])).toThrow("no values");
  });

  it("include the spread", () => {
    const values = Array.from({ length: 11 }, (_, index) => index * 10);
    expect(spreadOf(values)).toEqual({ p10: 10, p50: 50, p90: 90 });
  });
});

describe("rotation", () => {
  it("starts with another item each round, and repeats from the first", () => {
    const orders = [0, 1, 2, 3].map((round) => rotate(["a", "b", "c"], round).join(""));
    expect(orders).toEqual(["abc", "bca", "cab", "abc"]);
  });

  it("is empty for an empty list", () => {
    expect(rotate([], 3)).toEqual([]);
  });
});
