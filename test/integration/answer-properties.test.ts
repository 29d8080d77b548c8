import fc from "fast-check";
import { expect, it } from "vitest";
import { runStory } from "../faults/run-story.ts";
import { PATIENCE_MS, RUNS } from "../faults/runs.ts";
import { anyStory } from "../faults/story.ts";

/*
 * Random answers, true and false, to a write and to every look-up around it. In memory and on a clock that moves by itself,
 * so that a run costs no more than the work that is done in it.
 */

it(
  "whatever C1 answers: the word about what exists is what exists, or that nobody knows",
  async () => {
    let runs = 0;
    const property = fc.asyncProperty(anyStory, async (story) => {
      runs += 1;
      expect(await runStory(story)).toBe("");
    });
    await fc.assert(property, { numRuns: RUNS.stories });
    expect(runs).toBeGreaterThanOrEqual(RUNS.stories);
  },
  PATIENCE_MS,
);
