import fc from "fast-check";
import { expect, it } from "vitest";
import { checkProperty, SEED } from "../faults/check-property.ts";
import { runUpdateStory } from "../faults/run-update-story.ts";
import { PATIENCE_MS, RUNS } from "../faults/runs.ts";
import { anyUpdateStory } from "../faults/update-story.ts";

/* Random answers, true and false, to an update and to every look-up around it: in memory, on a clock that advances by itself. */

it(
  "whatever C1 responds: the result says what the config is, or that the outcome is unknown",
  async () => {
    const heard = new Map<string, number>();
    const property = fc.asyncProperty(anyUpdateStory, async (story) => {
      const { said, broken } = await runUpdateStory(story);
      heard.set(said, (heard.get(said) ?? 0) + 1);
      expect(broken).toBe("");
    });
    await checkProperty(property, RUNS.stories);
    // Each outcome occurs often enough for its promises to be tested.
    for (const said of ["created", "recovered", "not created", "unknown"])
      expect(heard.get(said) ?? 0, `${said}, seed ${SEED}`).toBeGreaterThan(RUNS.stories / 100);
  },
  PATIENCE_MS,
);
