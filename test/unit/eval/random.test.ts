import { expect, it } from "vitest";
import { createRandom } from "../../../eval/random.ts";

it("makes the same choice for the same seed, and another one for a different seed", () => {
  const draw = (seed: string) => {
    const random = createRandom(seed);
    return Array.from({ length: 20 }, () => random.below(1_000));
  };
  expect(draw("a")).toEqual(draw("a"));
  expect(draw("a")).not.toEqual(draw("b"));
  expect(draw("a").every((value) => value >= 0 && value < 1_000)).toBe(true);
});

it("samples without repetition, and no more than there is", () => {
  const sample = createRandom("s").sample([1, 2, 3], 5);
  expect([...sample].sort()).toEqual([1, 2, 3]);
});
