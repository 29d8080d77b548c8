import { describe, expect, it } from "vitest";
import type { Limits } from "../../../src/clock.ts";
import { createKeyLock } from "../../../src/replicas/key-lock.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

function open() {
  const clock = createFakeClock();
  const call = (ms = 1_000, signal = new AbortController().signal): Limits => ({
    signal,
    deadline: clock.steady() + ms,
  });
  return { clock, lock: createKeyLock(clock), call };
}

/** Work that the test ends. */
function work(log: string[], name: string) {
  let end = () => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const run = async () => {
    log.push(`${name} starts`);
    await ended;
    log.push(`${name} ends`);
    return name;
  };
  return { run, end };
}

const tick = () => new Promise(setImmediate);

describe("key lock", () => {
  it("runs calls with the same key one after another, in order of arrival", async () => {
    const { lock, call } = open();
    const log: string[] = [];
    const works = ["a", "b", "c"].map((name) => work(log, name));
    const results = works.map(({ run }) => lock.run("key", call(), run));
    for (const { end } of works.reverse()) end();
    expect(await Promise.all(results)).toEqual(["a", "b", "c"]);
    expect(log).toEqual(["a starts", "a ends", "b starts", "b ends", "c starts", "c ends"]);
  });

  it("runs calls with different keys concurrently", async () => {
    const { lock, call } = open();
    const log: string[] = [];
    const [a, b] = [work(log, "a"), work(log, "b")];
    const both = [lock.run("a", call(), a.run), lock.run("b", call(), b.run)];
    await tick();
    expect(log).toEqual(["a starts", "b starts"]);
    a.end();
    b.end();
    await Promise.all(both);
  });

  it("continues after work that failed", async () => {
    const { lock, call } = open();
    const failed = lock.run("key", call(), () => Promise.reject(new Error("no")));
    const next = lock.run("key", call(), async () => "next");
    await expect(failed).rejects.toThrow("no");
    expect(await next).toBe("next");
  });

  it.each([
    ["its deadline passes", "unavailable"],
    ["it is cancelled", "cancelled"],
  ])("gives up waiting when %s: the work never starts, and the next in line gets its turn", async (how, code) => {
    const { clock, lock, call } = open();
    const log: string[] = [];
    const first = work(log, "first");
    const running = lock.run("key", call(60_000), first.run);
    const gone = new AbortController();
    const second = lock.run("key", call(1_000, gone.signal), work(log, "second").run);
    const third = lock.run("key", call(60_000), async () => "third");
    if (code === "cancelled") gone.abort();
    else clock.advance(1_000);
    await expect(second, how).rejects.toMatchObject({ code, changed: "no" });
    await tick();
    expect(log).toEqual(["first starts"]);
    first.end();
    expect(await running).toBe("first");
    expect(await third).toBe("third");
    expect(log).not.toContain("second starts");
  });

  it("leaves no timer or listener behind", async () => {
    const { clock, lock, call } = open();
    const signal = new AbortController().signal;
    await Promise.all([1, 2, 3].map(() => lock.run("key", call(1_000, signal), async () => undefined)));
    expect(clock.pending()).toBe(0);
  });
});
