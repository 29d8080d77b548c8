import { describe, expect, it, vi } from "vitest";
import { sleep, systemClock, waitWithin } from "../../../src/clock.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

describe("sleep", () => {
  it("resolves when the time has passed, not before", async () => {
    const clock = createFakeClock();
    const done = vi.fn();
    const sleeping = sleep(clock, 1_000, new AbortController().signal).then(done);
    clock.advance(999);
    await Promise.resolve();
    expect(done).not.toHaveBeenCalled();
    clock.advance(1);
    await sleeping;
    expect(done).toHaveBeenCalledOnce();
  });

  it("rejects with the signal's reason on abort, and leaves no timer behind", async () => {
    const clock = createFakeClock();
    const abort = new AbortController();
    const sleeping = sleep(clock, 1_000, abort.signal);
    const reason = new Error("enough");
    abort.abort(reason);
    await expect(sleeping).rejects.toBe(reason);
    expect(clock.pending()).toBe(0);
  });

  it("does not start if the signal is already aborted", async () => {
    const clock = createFakeClock();
    const reason = new Error("too late");
    await expect(sleep(clock, 1_000, AbortSignal.abort(reason))).rejects.toBe(reason);
    expect(clock.pending()).toBe(0);
  });

  it("removes its listener from the signal, because one signal outlives many sleeps", async () => {
    const clock = createFakeClock();
    const { signal } = new AbortController();
    const added = vi.spyOn(signal, "addEventListener");
    const removed = vi.spyOn(signal, "removeEventListener");
    const sleeping = sleep(clock, 5, signal);
    clock.advance(5);
    await sleeping;
    expect(added).toHaveBeenCalledOnce();
    expect(removed).toHaveBeenCalledWith("abort", added.mock.calls[0]?.[1]);
  });
});

describe("waitWithin", () => {
  function open() {
    const clock = createFakeClock();
    const abort = new AbortController();
    const removed = vi.spyOn(abort.signal, "removeEventListener");
    const limits = { signal: abort.signal, deadline: clock.steady() + 1_000 };
    const wait = <T>(work: Promise<T>) => waitWithin(work, limits, clock, (reason) => new Error(reason));
    return { clock, abort, removed, wait };
  }
  const never = new Promise<never>(() => {});

  it("returns the result of the work, and leaves no timer or listener behind", async () => {
    const { clock, wait, removed } = open();
    expect(await wait(Promise.resolve("done"))).toBe("done");
    await expect(wait(Promise.reject(new Error("broken")))).rejects.toThrow("broken");
    expect(clock.pending()).toBe(0);
    expect(removed).toHaveBeenCalledTimes(2);
  });

  it("rejects when the deadline passes or the caller leaves, with the reason", async () => {
    const late = open();
    const waiting = late.wait(never);
    late.clock.advance(1_000);
    await expect(waiting).rejects.toThrow("too late");
    const left = open();
    const leaving = left.wait(never);
    left.abort.abort();
    await expect(leaving).rejects.toThrow("cancelled");
    expect(late.clock.pending() + left.clock.pending()).toBe(0);
  });

  it.each([
    ["back", -3_600_000],
    ["forward", 3_600_000],
  ])("waits as long if the machine's clock was set %s before", (_where, ms) => {
    const { clock, wait } = open();
    clock.set(ms);
    void wait(never);
    expect(clock.waiting()).toEqual([1_000]);
  });

  it("returns finished work even after the deadline", async () => {
    const { clock, wait } = open();
    clock.advance(2_000);
    expect(await wait(Promise.resolve("done"))).toBe("done");
  });

  it("does not wait if the caller has already left, and handles a failure of the work", async () => {
    const { abort, wait } = open();
    abort.abort();
    await expect(wait(Promise.resolve("done"))).rejects.toThrow("cancelled");
    await expect(wait(Promise.reject(new Error("broken")))).rejects.toThrow("cancelled");
  });
});

describe("systemClock", () => {
  it("runs once after the delay, unless it is cancelled", () => {
    vi.useFakeTimers();
    try {
      const kept = vi.fn();
      const stopped = vi.fn();
      systemClock.after(50, kept);
      systemClock.after(50, stopped)();
      const before = systemClock.now();
      vi.advanceTimersByTime(200);
      expect(kept).toHaveBeenCalledOnce();
      expect(stopped).not.toHaveBeenCalled();
      expect(systemClock.now() - before).toBe(200);
    } finally {
      vi.useRealTimers();
    }
  });
});
