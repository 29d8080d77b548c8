import { afterEach, describe, expect, it } from "vitest";
import { newRows, openRig, WRITES } from "../faults/writes.ts";
import { createLeapingClock, type LeapingClock } from "../support/leaping-clock.ts";
import type { Rig } from "../support/rig.ts";

/* waitSeconds: the add was accepted, so it is no failure if C1 does not show the owner yet. */

const [WRITE] = WRITES.filter(({ rows }) => rows === "owners");
if (!WRITE) throw new Error("no such write");
const write = WRITE;

let clock: LeapingClock;
let rig: Rig;
afterEach(() => rig.close());

async function open(connectorOwnerDelayMs: number): Promise<void> {
  clock = createLeapingClock();
  rig = await openRig({ clock, sandbox: { connectorOwnerDelayMs } });
}

type Progress = { progress: number; total?: number; message?: string };

/** Adds the owner and waits. Returns the outcome and the progress messages. */
async function add(waitSeconds: number, signal = new AbortController().signal) {
  const told: Progress[] = [];
  const started = clock.now();
  const outcome = await rig.call(
    write.tool,
    { ...write.args, waitSeconds },
    { signal, progress: (update) => void told.push(update) },
  );
  return { ...outcome, told, seconds: (clock.now() - started) / 1000 };
}

const polls = () => rig.requests().filter(({ operation }) => operation === "connectorOwners.get").length;

describe("waiting for an owner to appear", () => {
  it("ends when it does", async () => {
    await open(25_000);
    const { isError, text, value, told, seconds } = await add(120);
    expect(isError, text).toBe(false);
    expect(value).toMatchObject({ visible: true, userId: newRows(rig, write)[0] });
    expect(value.next).toBeUndefined();
    expect(seconds).toBeGreaterThan(24);
    expect(seconds).toBeLessThan(60);
    // About every ten seconds, so that clients do not give up on the call.
    expect(told.length).toBeGreaterThanOrEqual(1);
    expect(told.length).toBeLessThanOrEqual(4);
    for (const [index, { progress, total, message }] of told.entries()) {
      expect(total).toBe(120);
      expect(message).toMatch(/Waiting for C1/);
      expect(progress).toBeGreaterThan(told[index - 1]?.progress ?? 0);
    }
    expect(rig.audits).toMatchObject([{ outcome: "ok", changed: "yes" }]);
  });

  it("ends in time without it, which is a success, and says what to do", async () => {
    await open(3_600_000);
    const { isError, value, told } = await add(30);
    expect(isError).toBe(false);
    expect(value).toMatchObject({
      visible: false,
      next: expect.stringMatching(/^Accepted, not visible yet/),
    });
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect(polls()).toBeLessThan(12);
    expect(newRows(rig, write)).toHaveLength(1);
    expect(rig.audits).toMatchObject([{ outcome: "ok", changed: "yes" }]);
  });

  it("may exceed the call's deadline if requested", async () => {
    await open(70_000);
    const { value, seconds } = await add(180);
    expect(value.visible).toBe(true);
    expect(seconds).toBeGreaterThan(69);
  });

  it("that is cancelled still reports the owner as added", async () => {
    await open(3_600_000);
    const gone = new AbortController();
    // One look-up comes before the add.
    const waiting = clock.until("a look whether it shows", () => polls() > 1);
    const left = waiting.then(() => gone.abort(new Error("the client left")));
    const { isError, value, seconds } = await add(180, gone.signal);
    await left;
    expect(isError).toBe(false);
    expect(value).toMatchObject({ visible: false });
    expect(seconds).toBeLessThan(60);
    expect(rig.audits).toMatchObject([{ outcome: "ok", changed: "yes" }]);
    expect(newRows(rig, write)).toHaveLength(1);
  });

  it.each([
    ["500", { kind: "status", status: 500 }],
    ["403", { kind: "status", status: 403 }],
    ["silence", { kind: "silence" }],
    ["HTML", { kind: "html" }],
  ] as const)("is not a failure if the look-ups themselves fail: %s", async (_name, fault) => {
    await open(0);
    // The look-up before the add succeeds.
    rig.sandbox.faults.add({
      match: { operation: "connectorOwners.add" },
      do: { kind: "latency", ms: 4_000 },
    });
    const adding = add(60);
    await clock.until("the add", () => rig.writes().length > 0);
    rig.sandbox.faults.add({
      match: { operation: "connectorOwners.get" },
      do: fault,
      times: Number.POSITIVE_INFINITY,
    });
    const { isError, text, value, told } = await adding;
    expect(isError, text).toBe(false);
    expect(value.visible).toBe(false);
    // Even while a look-up gets no answer.
    expect(told.length).toBeGreaterThanOrEqual(3);
    expect(rig.audits).toMatchObject([{ outcome: "ok", changed: "yes" }]);
  });

  it("for zero seconds does not look at all", async () => {
    await open(3_600_000);
    const { value } = await add(0);
    expect(value).not.toHaveProperty("visible");
    expect(polls()).toBe(1);
  });
});
