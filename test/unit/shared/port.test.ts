import { describe, expect, it } from "vitest";
import type { Limits } from "../../../src/clock.ts";
import { createLocalShared } from "../../../src/shared/local.ts";
import type { Outcome, Shared } from "../../../src/shared/port.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const LONGEST_CALL_MS = 45_000;

function open() {
  const clock = createFakeClock();
  const shared = createLocalShared(clock);
  const limits = (): Limits => ({ signal: new AbortController().signal, deadline: clock.now() + 1_000 });
  return { clock, shared, limits };
}

/** A write under a key, from its turn to its outcome. */
function write(shared: Shared, limits: Limits, outcome: Outcome) {
  return shared.run("key", limits, async (turn) => {
    await turn.begin(LONGEST_CALL_MS);
    await turn.end(outcome, LONGEST_CALL_MS);
  });
}

describe("what was written lately", () => {
  it.each([
    [{ made: "id-1" }, { made: ["id-1"], unclear: false }],
    ["unknown", { made: [], unclear: true }],
    ["nothing", { made: [], unclear: false }],
  ] as const)("after %j", async (outcome, seen) => {
    const { shared, limits } = open();
    await write(shared, limits(), outcome);
    expect(await shared.lookRecent("key")).toEqual(seen);
    expect(await shared.lookRecent("other")).toEqual({ made: [], unclear: false });
  });

  it("does not count a write that is under way", async () => {
    const { shared, limits } = open();
    await shared.run("key", limits(), async (turn) => {
      await turn.begin(LONGEST_CALL_MS);
      expect(await shared.lookRecent("key")).toEqual({ made: [], unclear: false });
      await turn.end({ made: "id-1" }, LONGEST_CALL_MS);
      expect((await shared.lookRecent("key")).made).toEqual(["id-1"]);
    });
  });
});

describe("what is good for one use", () => {
  it("is used once, by its kind and id", async () => {
    const { shared } = open();
    const uses = Array.from({ length: 50 }, () => shared.useOnce("consent", "id", 1_000));
    expect((await Promise.all(uses)).filter(Boolean)).toHaveLength(1);
    expect(await shared.useOnce("page", "id", 1_000)).toBe(true);
    expect(await shared.useOnce("consent", "other", 1_000)).toBe(true);
  });

  it("is remembered for as long as it could be shown again", async () => {
    const { clock, shared } = open();
    expect(await shared.wasUsed("assertion", "id")).toBe(false);
    await shared.useOnce("assertion", "id", 1_000);
    await shared.useOnce("assertion", "longer", 2_000);
    clock.advance(999);
    expect(await shared.wasUsed("assertion", "id")).toBe(true);
    clock.advance(1);
    expect(await shared.wasUsed("assertion", "id")).toBe(false);
    expect(await shared.useOnce("assertion", "longer", 1_000)).toBe(false);
  });
});

it("a bucket says in how many milliseconds it will hold enough", async () => {
  const { clock, shared } = open();
  const bucket = { perMinute: 60, full: 10 };
  expect(await shared.spend("jane", 8, bucket)).toBe(0);
  expect(await shared.spend("jane", 4, bucket)).toBe(2_000);
  expect(await shared.spend("sam", 4, bucket)).toBe(0);
  clock.advance(2_000);
  expect(await shared.spend("jane", 4, bucket)).toBe(0);
});
