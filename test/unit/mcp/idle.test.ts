import { setImmediate } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { takeWhenIdle } from "../../../src/mcp/idle.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout"] }));
afterEach(() => void vi.useRealTimers());

/** Lets all steps run that are due. */
async function pass(ms: number): Promise<void> {
  vi.advanceTimersByTime(ms);
  for (let turn = 0; turn < 10; turn += 1) await setImmediate();
}

it("takes no step while a request runs, and goes on when it has ended", async () => {
  const taken: string[] = [];
  let isIdle = true;
  const step = (name: string) => async () => {
    taken.push(name);
    // A message arrives during the second step.
    if (name === "b") isIdle = false;
    if (name === "a") throw new Error("fails again when it is needed");
  };
  takeWhenIdle([step("a"), step("b"), step("c")], () => isIdle);
  await pass(49);
  expect(taken).toEqual([]);
  await pass(1);
  expect(taken).toEqual(["a", "b"]);
  await pass(5_000);
  expect(taken).toEqual(["a", "b"]);
  isIdle = true;
  await pass(50);
  expect(taken).toEqual(["a", "b", "c"]);
});
