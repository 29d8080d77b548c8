import { expect, it } from "vitest";
import { createPageLimits } from "../../../src/page/limits.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

it("allows sixty requests a minute for a page, and six hundred for unknown handles", () => {
  const clock = createFakeClock();
  const { take } = createPageLimits(clock);
  const takenOf = (id: string | undefined) =>
    Array.from({ length: 1_000 }, () => take(id)).filter(Boolean).length;
  expect([takenOf("one"), takenOf("two"), takenOf(undefined)]).toEqual([60, 60, 600]);
  clock.advance(59_999);
  expect(take("one")).toBe(false);
  clock.advance(1);
  expect(takenOf("one")).toBe(60);
});
