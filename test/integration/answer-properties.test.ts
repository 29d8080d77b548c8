import fc from "fast-check";
import { expect, it } from "vitest";
import { checkProperty, SEED } from "../faults/check-property.ts";
import { runStory } from "../faults/run-story.ts";
import { PATIENCE_MS, RUNS } from "../faults/runs.ts";
import { anyStory } from "../faults/story.ts";

/*
 * Random answers, true and false, to a write and to every look-up around it. In memory and on a clock that advances by itself, so
 * that waiting takes no real time.
 */

it(
  "whatever C1 responds: the result says what exists, or that the outcome is unknown",
  async () => {
    const heard = new Map<string, number>();
    const property = fc.asyncProperty(anyStory, async (story) => {
      const { said, broken } = await runStory(story);
      heard.set(said, (heard.get(said) ?? 0) + 1);
      expect(broken).toBe("");
    });
    await checkProperty(property, RUNS.stories);
    // Each outcome occurs often enough for its promises to be tested.
    for (const said of ["created", "recovered", "existing", "not created", "unknown"])
      expect(heard.get(said) ?? 0, `${said}, seed ${SEED}`).toBeGreaterThan(RUNS.stories / 100);
  },
  PATIENCE_MS,
);
