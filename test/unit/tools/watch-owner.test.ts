import { expect, it, vi } from "vitest";
import type { C1Api, Call } from "../../../src/c1/port.ts";
import { Failure } from "../../../src/errors.ts";
import type { ToolContext } from "../../../src/tools/context.ts";
import type { Run } from "../../../src/tools/job.ts";
import { pollFor } from "../../../src/tools/poll.ts";
import { watchOwner } from "../../../src/tools/watch-owner.ts";
import { createFakeClock, type FakeClock } from "../../support/fake-clock.ts";

const REF = { appId: "a", connectorId: "c", roleSlug: "primary", userId: "u" };

/** Waits on a clock that the test advances; `look` answers each look-up. */
function start(seconds: number, look: (call: Call, elapsed: number, clock: FakeClock) => Promise<unknown>) {
  const clock = createFakeClock();
  const began = clock.now();
  const gone = new AbortController();
  const told: number[] = [];
  const looks: number[] = [];
  const get = (_ref: unknown, call: Call) => {
    looks.push(clock.now() - began);
    return look(call, clock.now() - began, clock);
  };
  const run = { api: { connectorOwners: { get } } as unknown as C1Api, clock } as unknown as Run;
  const context = {
    signal: gone.signal,
    progress: vi.fn(({ progress }: { progress: number }) => void told.push(progress)),
  } as unknown as ToolContext;
  let result: { visible: boolean; next?: string } | undefined;
  const watch = watchOwner(REF, run);
  const done = pollFor(watch.look, { seconds, describe: watch.describe }, run, context).then((seen) => {
    result = seen ?? watch.giveUp();
  });
  const pass = async (ms: number) => {
    for (let left = ms; left > 0; left -= 250) {
      await new Promise(setImmediate);
      clock.advance(Math.min(250, left));
    }
    await new Promise(setImmediate);
  };
  return { clock, gone, told, looks, done, pass, result: () => result };
}

const missing = () => Promise.reject(new Failure("not_found", "No."));

it("looks at once, then less and less often up to every five seconds, and reports every ten", async () => {
  const wait = start(60, (_call, elapsed) => (elapsed >= 30_000 ? Promise.resolve({}) : missing()));
  await wait.pass(60_000);
  expect(wait.result()).toEqual({ visible: true });
  expect(wait.looks).toEqual([0, 500, 1_500, 3_500, 7_500, 12_500, 17_500, 22_500, 27_500, 32_500]);
  expect(wait.told).toEqual([10, 20, 30]);
  expect(wait.clock.pending()).toBe(0);
});

it("a look finds nothing while C1 does not show the owner, and fails only where C1 cannot tell", async () => {
  const get = vi.fn<C1Api["connectorOwners"]["get"]>();
  const { look } = watchOwner(REF, { api: { connectorOwners: { get } } as unknown as C1Api });
  get.mockImplementation(missing);
  await expect(look({} as Call)).resolves.toBeUndefined();
  get.mockRejectedValue(new Failure("forbidden", "No."));
  await expect(look({} as Call)).rejects.toThrow("No.");
});

it("ends after the given time, without failing", async () => {
  const wait = start(8, missing);
  await wait.pass(8_000);
  expect(wait.result()).toMatchObject({ visible: false, next: expect.stringMatching(/^Accepted/) });
  expect(wait.looks.at(-1)).toBe(8_000);
});

it.each([3_600_000, -3_600_000])("waits as long if the machine's clock is set by %i ms", async (ms) => {
  const wait = start(8, missing);
  await wait.pass(4_000);
  wait.clock.set(ms);
  await wait.pass(3_750);
  expect(wait.result()).toBeUndefined();
  await wait.pass(250);
  expect(wait.result()).toMatchObject({ visible: false });
});

it("a look without a response ends after five seconds, so that progress continues", async () => {
  const wait = start(60, (call, _elapsed, clock) => {
    const left = call.deadline - clock.steady();
    expect(left).toBeLessThanOrEqual(5_000);
    return new Promise((_resolve, reject) =>
      clock.after(left, () => reject(new Failure("unavailable", "No."))),
    );
  });
  await wait.pass(60_250);
  expect(wait.result()?.visible).toBe(false);
  expect(wait.told.length).toBeGreaterThanOrEqual(5);
});

it("ends when the caller leaves", async () => {
  const wait = start(180, missing);
  await wait.pass(3_000);
  wait.gone.abort(new Error("gone"));
  await wait.done;
  expect(wait.result()?.visible).toBe(false);
  expect(wait.clock.pending()).toBe(0);
});
