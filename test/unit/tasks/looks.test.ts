import { describe, expect, it, vi } from "vitest";
import { createLooks } from "../../../src/tasks/looks.ts";
import type { WaitState } from "../../../src/tools/wait-state.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const PENDING = {
  tool: "sync_connector",
  tenant: "acme",
  target: { appId: "a", connectorId: "c" },
  until: 0,
  seconds: 60,
};
const WORKING: WaitState = { pending: PENDING, working: "Waiting." };
const RESULT: WaitState = { pending: PENDING, result: { content: [{ type: "text", text: "done" }] } };

function start() {
  const clock = createFakeClock();
  const looks = createLooks(clock);
  const term = { until: clock.now() + 600_000, expires: clock.now() + 1_200_000 };
  return { clock, looks, term };
}

describe("one task", () => {
  it("is looked at once in an interval, whoever asks", async () => {
    const { clock, looks, term } = start();
    const look = vi.fn(async () => WORKING);
    for (let second = 0; second < 60; second += 1) {
      await Promise.all([looks.see("a", term, look), looks.see("a", term, look)]);
      clock.advance(1_000);
    }
    expect(look).toHaveBeenCalledTimes(12);
  });

  it("is not looked at again right after its call", async () => {
    const { clock, looks, term } = start();
    const look = vi.fn(async () => WORKING);
    expect(looks.note("a", term, WORKING)).toEqual({ state: WORKING, at: clock.now(), pollMs: 5_000 });
    clock.advance(4_900);
    await looks.see("a", term, look);
    expect(look).not.toHaveBeenCalled();
    // Timers may fire a little early.
    clock.advance(60);
    await looks.see("a", term, look);
    expect(look).toHaveBeenCalledOnce();
  });

  it("that has ended stays as it is", async () => {
    const { clock, looks, term } = start();
    const look = vi.fn(async () => RESULT);
    expect(looks.last("a")).toBeUndefined();
    const first = await looks.see("a", term, look);
    expect(looks.last("a")).toBe(first);
    clock.advance(700_000);
    expect(await looks.see("a", term, look)).toBe(first);
    expect(look).toHaveBeenCalledOnce();
  });

  it("is looked at as soon as its wait ends, and says when that will be", async () => {
    const { clock, looks, term } = start();
    clock.advance(597_500);
    expect(looks.note("a", term, WORKING).pollMs).toBe(2_500);
    clock.advance(2_500);
    const look = vi.fn(async () => RESULT);
    await looks.see("a", term, look);
    expect(look).toHaveBeenCalledOnce();
  });

  it("is not kept waiting by a clock that was set back, or on", async () => {
    const { clock, looks, term } = start();
    const look = vi.fn(async (): Promise<WaitState> => ({ ...WORKING, retryAfterSeconds: 30 }));
    await looks.see("a", term, look);
    clock.set(-3_600_000);
    expect(looks.note("b", term, WORKING).pollMs).toBe(30_000);
    clock.advance(29_999);
    await looks.see("a", term, look);
    expect(look).toHaveBeenCalledTimes(1);
    clock.advance(1);
    await looks.see("a", term, look);
    expect(look).toHaveBeenCalledTimes(2);
    clock.set(7_200_000);
    await looks.see("a", term, look);
    expect(look).toHaveBeenCalledTimes(3);
  });

  it("whose look breaks is looked at again", async () => {
    const { looks, term } = start();
    await expect(looks.see("a", term, () => Promise.reject(new Error("oops")))).rejects.toThrow("oops");
    expect((await looks.see("a", term, async () => RESULT)).state).toBe(RESULT);
  });
});

describe("many tasks", () => {
  it("are asked for less often the more they are", async () => {
    const { looks, term } = start();
    for (let index = 0; index < 500; index += 1) looks.note(`${index}`, term, WORKING);
    expect(looks.note("500", term, WORKING).pollMs).toBe(50_100);
    for (let index = 0; index < 480; index += 1) looks.note(`${index}`, term, RESULT);
    expect(looks.note("500", term, WORKING).pollMs).toBe(5_000);
  });

  it("are looked at ten at a time", async () => {
    const { looks, term } = start();
    let running = 0;
    let most = 0;
    const look = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise(setImmediate);
      running -= 1;
      return WORKING;
    };
    const all = Array.from({ length: 500 }, (_, index) => looks.see(`${index}`, term, look));
    expect(await Promise.all(all)).toHaveLength(500);
    expect(most).toBe(10);
  });

  it("all wait where C1 asks one of them to, for a minute at most", async () => {
    const { clock, looks, term } = start();
    const look = vi.fn(async () => WORKING);
    await looks.see("b", term, look);
    const { pollMs } = await looks.see("a", term, async () => ({ ...WORKING, retryAfterSeconds: 3_600 }));
    expect(pollMs).toBe(60_000);
    clock.advance(30_000);
    await looks.see("b", term, look);
    expect(look).toHaveBeenCalledOnce();
    clock.advance(30_001);
    await looks.see("b", term, look);
    expect(look).toHaveBeenCalledTimes(2);
  });

  it("end in time, whatever C1 asks for", async () => {
    const { clock, looks, term } = start();
    clock.advance(590_000);
    await looks.see("a", term, async () => ({ ...WORKING, retryAfterSeconds: 50 }));
    clock.advance(10_000);
    expect((await looks.see("a", term, async () => RESULT)).state).toBe(RESULT);
  });

  it("of which the oldest are forgotten: those are looked at when they are asked for", async () => {
    const { looks, term } = start();
    for (let index = 0; index <= 5_000; index += 1) looks.note(`${index}`, term, WORKING);
    const look = vi.fn(async () => WORKING);
    await looks.see("5000", term, look);
    expect(look).not.toHaveBeenCalled();
    await looks.see("0", term, look);
    expect(look).toHaveBeenCalledOnce();
  });
});
