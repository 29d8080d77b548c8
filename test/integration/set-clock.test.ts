import { afterEach, describe, expect, it } from "vitest";
import { APPS } from "../../src/sandbox/seed.ts";
import { ALL_WRITES, effectsOf, openRig } from "../faults/writes.ts";
import { elsewhere } from "../support/fake-clock.ts";
import { createLeapingClock, type LeapingClock } from "../support/leaping-clock.ts";
import type { Outcome, Rig } from "../support/rig.ts";

/* The machine's clock is set while a call is under way; the tenant's is not. */

const HOUR_MS = 3_600_000;
const LIMIT_MS = 10_000;
const WAIT_SECONDS = 30;

const SHIFTS = [
  ["back", -HOUR_MS],
  ["forward", HOUR_MS],
] as const;

let clock: LeapingClock;
let rig: Rig;
afterEach(() => rig.close());

async function open(): Promise<void> {
  clock = createLeapingClock();
  rig = await openRig({ clock, timeoutMs: LIMIT_MS, sandbox: { clock: elsewhere(clock) } });
}

async function call(tool: string, args: object): Promise<Outcome & { readonly tookMs: number }> {
  const started = clock.steady();
  const outcome = await rig.call(tool, args);
  return { ...outcome, tookMs: clock.steady() - started };
}

const READ = { name: "find_connectors", tool: "find_connectors", args: { appId: APPS.hr.displayName } };

describe.each([READ, ...ALL_WRITES])("$name", ({ tool, args }) => {
  it.each(SHIFTS)("ends in time if C1 falls silent after the clock was set %s", async (_where, ms) => {
    await open();
    const { faults } = rig.sandbox;
    const setClock = (body: unknown) => {
      clock.set(ms);
      return body;
    };
    faults.add({ do: { kind: "rewrite", rewrite: setClock } });
    faults.add({ times: Number.POSITIVE_INFINITY, do: { kind: "silence" } });
    const { tookMs } = await call(tool, args);
    expect(rig.requests().length).toBeGreaterThan(1);
    expect(tookMs).toBeLessThanOrEqual(LIMIT_MS);
  });
});

describe.each(ALL_WRITES)("$name whose answer is lost", (write) => {
  it.each(SHIFTS)("is looked for if the clock was set %s meanwhile", async (_where, ms) => {
    await open();
    const { operation, tool } = write;
    rig.sandbox.faults.add({ match: { operation }, when: "after", do: { kind: "silence" } });
    const wait = tool === "create_app" ? {} : { waitSeconds: WAIT_SECONDS };
    const calling = call(tool, { ...write.args, ...wait });
    await clock.until("the write", () => rig.writes().length > 0);
    clock.set(ms);
    const { text, value, tookMs } = await calling;
    expect(value, text).toMatchObject({ recovered: true });
    expect(effectsOf(rig, write)).toHaveLength(1);
    expect(rig.writes()).toHaveLength(1);
    expect(tookMs).toBeLessThanOrEqual(LIMIT_MS + WAIT_SECONDS * 1_000);
    const [{ durationMs } = { durationMs: -1 }] = rig.audits;
    expect(durationMs).toBe(tookMs);
  });
});

describe.each(ALL_WRITES)("$name that is held up while its machine sleeps", (write) => {
  it("is not sent, because what it looked at may have changed", async () => {
    await open();
    const { operation } = write;
    const busy = { kind: "status", status: 429, headers: { "retry-after": "2" } } as const;
    rig.sandbox.faults.add({ match: { operation }, do: busy });
    const calling = call(write.tool, write.args);
    await clock.until("the write", () => rig.writes().length > 0);
    clock.set(HOUR_MS);
    const { text } = await calling;
    expect(text).toMatch(/^\[unavailable\] This call was held up .* Nothing was changed\. Try again\./);
    expect(effectsOf(rig, write)).toEqual([]);
    expect(rig.writes()).toHaveLength(1);
    expect(rig.audits).toMatchObject([{ outcome: "unavailable", changed: "no" }]);
  });
});
