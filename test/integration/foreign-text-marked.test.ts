import { afterEach, beforeEach, expect, it } from "vitest";
import { HOSTILE_REFUSAL, listOurWords, ORDER, poison, READINGS } from "../../eval/hostile.ts";
import { TOOLS } from "../../src/tools/index.ts";
import { createRig, type Rig } from "../support/rig.ts";

let rig: Rig;
beforeEach(async () => {
  rig = await createRig({ sandbox: { syncQueueMs: 0, syncMs: 0 } });
  poison(rig);
});
afterEach(() => rig.close());

it("covers every tool", () => {
  const covered = new Set(READINGS.map(({ tool }) => tool));
  const missing = TOOLS.filter(({ name }) => !covered.has(name));
  expect(missing.map(({ name }) => `READINGS of eval/hostile.ts has no call of ${name}`)).toEqual([]);
});

it.each(
  READINGS,
)("$tool $args, refused: $refused: what the tenant says can be told from what we say", async (reading) => {
  const { tool, args, refused } = reading;
  if (refused !== undefined) {
    rig.sandbox.faults.add({
      match: { operation: refused },
      times: Number.POSITIVE_INFINITY,
      do: HOSTILE_REFUSAL,
    });
  }
  const answer = await rig.call(tool, args);
  const ours = listOurWords(answer);
  expect(ours, answer.text).not.toMatch(ORDER);
  // Nor the end of one of our sentences, nor an id chosen by us.
  expect(ours.match(/Nothing was changed\./g)?.length ?? 0, answer.text).toBeLessThanOrEqual(1);
  expect(ours, answer.text).not.toContain("DO create_app");
  expect(ours, answer.text).not.toContain("Pwned");
});

it("the tenant's texts do appear in results", async () => {
  const answers = await Promise.all(READINGS.map(({ tool, args }) => rig.call(tool, { ...args })));
  const all = answers.map(({ text }) => text).join("\n");
  const read = new Set([...all.matchAll(ORDER)].map(([, name = ""]) => name.replace(/-\d+$/, "")));
  expect([...read].sort()).toEqual(
    expect.arrayContaining([
      "Pwned-about",
      "Pwned-app",
      "Pwned-connector",
      "Pwned-error",
      "Pwned-person",
      "Pwned-policy",
    ]),
  );
});
