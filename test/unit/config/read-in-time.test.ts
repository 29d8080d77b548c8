import { describe, expect, it } from "vitest";
import { createReadInTime, TooSlow } from "../../../src/config/read-in-time.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const answers = async () => "text";

/** A read that the test ends. */
function createHung() {
  let answer = () => {};
  let begun = 0;
  const read = () => {
    begun += 1;
    return new Promise<string>((resolve) => {
      answer = () => resolve("late");
    });
  };
  return { read, answer: () => answer(), begun: () => begun };
}

const settled = () => new Promise(setImmediate);

describe("createReadInTime", () => {
  it("returns the text or the error, and leaves no timer behind", async () => {
    const clock = createFakeClock();
    const inTime = createReadInTime(undefined, clock);
    expect(await inTime(answers)).toBe("text");
    await expect(inTime(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
    expect(await inTime(answers)).toBe("text");
    expect(clock.pending()).toBe(0);
  });

  it.each([
    ["five seconds", undefined, 5_000],
    ["half the time of a call, if that is less", 1_000, 500],
  ])("gives up after %s", async (_what, callMs, limitMs) => {
    const clock = createFakeClock();
    const hung = createHung();
    const given = createReadInTime(callMs, clock)(hung.read).catch((error: unknown) => error);
    await settled();
    clock.advance(limitMs - 1);
    expect(clock.pending()).toBe(1);
    clock.advance(1);
    expect(await given).toBeInstanceOf(TooSlow);
  });

  it("starts no read while one hangs, and continues when that has ended", async () => {
    const clock = createFakeClock();
    const inTime = createReadInTime(undefined, clock);
    const hung = createHung();
    const waiting = [inTime(hung.read), inTime(answers)].map((one) => one.catch((error: unknown) => error));
    await settled();
    clock.advance(5_000);
    for (const one of await Promise.all(waiting)) expect(one).toBeInstanceOf(TooSlow);
    // Immediately, without any time passing.
    await expect(inTime(hung.read)).rejects.toThrow(TooSlow);
    expect(hung.begun()).toBe(1);
    hung.answer();
    await settled();
    expect(await inTime(answers)).toBe("text");
    expect(clock.pending()).toBe(0);
  });
});
