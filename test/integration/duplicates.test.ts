import { afterEach, describe, expect, it } from "vitest";
import { passed } from "../faults/run-cell.ts";
import { readClaim } from "../faults/said.ts";
import { newRows, openRig, WRITES } from "../faults/writes.ts";
import { createLeapingClock, type LeapingClock } from "../support/leaping-clock.ts";
import type { Outcome, Rig, RigOptions } from "../support/rig.ts";
import type { WriteCase } from "../support/write-cases.ts";

/* Callers of the same write in one process, and a tenant that shows new objects late: still, only one object is created. */

const CREATES = WRITES.filter(({ rows }) => rows !== "owners");
const DAY_MS = 86_400_000;

let clock: LeapingClock;
let rig: Rig;
afterEach(() => rig.close());

async function open(options: RigOptions = {}): Promise<Rig> {
  clock = createLeapingClock();
  rig = await openRig({ clock, ...options });
  return rig;
}

const call = ({ tool, args }: WriteCase, more: object = {}) => rig.call(tool, { ...args, ...more });

const tally = (outcomes: readonly Outcome[]) => outcomes.map(readClaim).sort();

describe.each(CREATES)("$name", (write) => {
  it("eight concurrent calls: one creates it, the others get its id", async () => {
    await open();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => call(write)));
    expect(tally(outcomes)).toEqual(["created", ...Array(7).fill("not created")]);
    const [id] = newRows(rig, write);
    expect(newRows(rig, write)).toHaveLength(1);
    for (const { isError, text } of outcomes)
      if (isError) expect(text).toMatch(new RegExp(`^\\[already_exists\\] .*${id}`));
    expect(rig.writes()).toHaveLength(1);
    expect(rig.audits.map(({ changed }) => changed).sort()).toEqual([...Array(7).fill("no"), "yes"]);
  });

  it("eight concurrent calls with ifExists reuse", async () => {
    await open();
    const outcomes = await Promise.all(Array.from({ length: 8 }, () => call(write, { ifExists: "reuse" })));
    expect(tally(outcomes)).toEqual(["created", ...Array(7).fill("existing")]);
    expect(new Set(outcomes.map(({ value }) => value.connectorId ?? value.appId)).size).toBe(1);
    expect(newRows(rig, write)).toHaveLength(1);
  });

  it("is known to the next caller before the tenant shows it", async () => {
    await open({ sandbox: { objectDelayMs: DAY_MS } });
    await call(write);
    const [id] = newRows(rig, write);
    const again = await call(write);
    expect(again.text).toMatch(
      new RegExp(`^\\[already_exists\\] .*made a moment ago, not shown by C1 now \\[${id}\\]`),
    );
    const reused = await call(write, { ifExists: "reuse" });
    expect(reused.value).toMatchObject({ existing: true });
    expect(reused.text).toContain(id);
    expect((await call(write, { dryRun: true })).text).toMatch(/^\[already_exists\]/);
    expect(newRows(rig, write)).toHaveLength(1);
    expect(rig.writes()).toHaveLength(1);
  });

  it("is not created again after an unknown outcome, unless that is requested", async () => {
    await open({ sandbox: { objectDelayMs: DAY_MS }, timeoutMs: 10_000 });
    rig.sandbox.faults.add({ match: { operation: write.operation }, do: { kind: "reset" }, when: "after" });
    expect(readClaim(await call(write))).toBe("unknown");
    for (const ifExists of ["fail", "reuse"]) {
      const { text } = await call(write, { ifExists });
      expect(text).toMatch(
        /^\[unavailable\] An earlier call .*Nothing was changed\. Look .*ifExists: create/,
      );
    }
    expect(newRows(rig, write)).toHaveLength(1);
    expect(readClaim(await call(write, { ifExists: "create" }))).toBe("created");
    expect(newRows(rig, write)).toHaveLength(2);
  });

  it("an object that could come from an earlier write with unknown outcome proves nothing", async () => {
    await open({ timeoutMs: 10_000 });
    // The first write is delayed and runs just when the second is sent, which does not run and gets no answer.
    const match = { operation: write.operation };
    rig.sandbox.faults.add({ match, do: { kind: "latency", ms: 14_000 } });
    rig.sandbox.faults.add({ match, do: { kind: "status", status: 503 } });
    const [first, second] = await Promise.all([
      call(write, { ifExists: "create" }),
      passed(clock, 5_000).then(() => call(write, { ifExists: "create" })),
    ]);
    expect([first, second].map(readClaim)).toEqual(["unknown", "unknown"]);
  });

  it("waits for its turn no longer than its deadline", async () => {
    await open({ timeoutMs: 8_000 });
    rig.sandbox.faults.add({ match: { operation: write.operation }, do: { kind: "silence" } });
    const [first, second] = await Promise.all([call(write), call(write)]);
    expect(readClaim(first)).toBe("unknown");
    // It is still waiting, or got its turn too late.
    expect(second.text).toMatch(/^\[unavailable\] .*Nothing was changed\./);
    expect(rig.writes()).toHaveLength(1);
  });
});

it("other writes do not wait for a hanging one", async () => {
  await open();
  rig.sandbox.faults.add({ match: { operation: "apps.create" }, do: { kind: "silence" } });
  const hanging = rig.call("create_app", { displayName: "Slow" });
  expect((await rig.call("create_app", { displayName: "Quick" })).isError).toBe(false);
  expect(readClaim(await hanging)).toBe("unknown");
});

it("an owner may be added repeatedly: one row", async () => {
  await open();
  const [write] = WRITES.filter(({ rows }) => rows === "owners");
  if (!write) throw new Error("no such write");
  const outcomes = await Promise.all(Array.from({ length: 8 }, () => call(write)));
  expect(tally(outcomes)).toEqual(["created", ...Array(7).fill("existing")]);
  expect(newRows(rig, write)).toHaveLength(1);
});

it("a name that differs only in case, blanks or the form of its accents is the same name", async () => {
  await open();
  const names = ["Crème Brûlée", " crème brûlée ", "CRÈME BRÛLÉE", "Cre\u0300me Bru\u0302le\u0301e"];
  const outcomes = await Promise.all(names.map((displayName) => rig.call("create_app", { displayName })));
  expect(tally(outcomes)).toEqual(["created", "not created", "not created", "not created"]);
});
