import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import type { Limits } from "../../../src/clock.ts";
import { createLocalShared } from "../../../src/replicas/local.ts";
import type { Outcome, Shared } from "../../../src/replicas/port.ts";
import { createRemoteShared } from "../../../src/replicas/remote.ts";
import { createFakeClock, elsewhere } from "../../support/fake-clock.ts";
import { startStandIn } from "../../support/stand-in.ts";

const LONGEST_CALL_MS = 45_000;

const LEASE_MS = 10_000;
const HOUR_MS = 3_600_000;

/** A write under a key, from its turn to its outcome. */
function write(shared: Shared, limits: Limits, outcome: Outcome) {
  return shared.run("key", limits, async (turn) => {
    await turn.begin(LONGEST_CALL_MS);
    await turn.end(outcome, LONGEST_CALL_MS);
  });
}

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

const limitsAt = (now: number): Limits => ({ signal: new AbortController().signal, deadline: now + 1_000 });

async function openLocal() {
  const clock = createFakeClock();
  return { clock, shared: createLocalShared(clock), limits: () => limitsAt(clock.steady()) };
}

/** With a store that started long enough ago to be trusted. */
async function openRemote() {
  const clock = createFakeClock();
  const store = await startStandIn({ clock: elsewhere(clock) });
  const shared = createRemoteShared({
    url: store.url,
    key: "k".repeat(32),
    tenant: "acme",
    outage: "refuse",
    logger: pino({ level: "silent" }),
    clock,
    leaseMs: LEASE_MS,
  });
  ended.push(() => shared.close().then(store.close));
  expect(await shared.isWhole()).toBe(true);
  clock.advance(LEASE_MS);
  return { clock, shared, limits: () => limitsAt(clock.steady()) };
}

describe.each([
  ["in one process", openLocal],
  ["through a store", openRemote],
])("%s", (_where, open) => {
  describe("recent writes", () => {
    it.each([
      [{ made: "id-1" }, { made: ["id-1"], unclear: false }],
      ["unknown", { made: [], unclear: true }],
      ["nothing", { made: [], unclear: false }],
    ] as const)("after %j", async (outcome, seen) => {
      const { shared, limits } = await open();
      await write(shared, limits(), outcome);
      expect(await shared.lookRecent("key")).toEqual(seen);
      expect(await shared.lookRecent("other")).toEqual({ made: [], unclear: false });
    });

    it("do not include a write in progress", async () => {
      const { shared, limits } = await open();
      await shared.run("key", limits(), async (turn) => {
        await turn.begin(LONGEST_CALL_MS);
        expect(await shared.lookRecent("key")).toEqual({ made: [], unclear: false });
        await turn.end({ made: "id-1" }, LONGEST_CALL_MS);
        expect((await shared.lookRecent("key")).made).toEqual(["id-1"]);
      });
    });
  });

  describe("an id for a single use", () => {
    it("can be used once, per kind and id", async () => {
      const { shared } = await open();
      const uses = Array.from({ length: 50 }, () => shared.useOnce("consent", "id", 1_000));
      expect((await Promise.all(uses)).filter(Boolean)).toHaveLength(1);
      expect(await shared.useOnce("page", "id", 1_000)).toBe(true);
      expect(await shared.useOnce("consent", "other", 1_000)).toBe(true);
    });

    it("is remembered for as long as it could be presented again", async () => {
      const { clock, shared } = await open();
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

  it.each([
    ["back", -HOUR_MS],
    ["forward, and back again", HOUR_MS],
  ])("no used id is forgotten early if the machine's clock is set %s", async (_where, ms) => {
    const { clock, shared } = await open();
    await shared.useOnce("assertion", "id", 1_000);
    clock.set(ms);
    await shared.wasUsed("assertion", "id");
    if (ms > 0) clock.set(-ms);
    clock.advance(999);
    expect(await shared.useOnce("assertion", "id", 1_000)).toBe(false);
  });

  it("a bucket reports after how many milliseconds it will hold enough", async () => {
    const { clock, shared } = await open();
    const bucket = { perMinute: 60, full: 10 };
    expect(await shared.spend("jane", 8, bucket)).toBe(0);
    expect(await shared.spend("jane", 4, bucket)).toBe(2_000);
    expect(await shared.spend("sam", 4, bucket)).toBe(0);
    clock.advance(2_000);
    expect(await shared.spend("jane", 4, bucket)).toBe(0);
  });
});

it.each([
  -HOUR_MS,
  HOUR_MS,
])("a bucket of this process does not fill by a clock that is set (%i ms)", async (ms) => {
  const { clock, shared } = await openLocal();
  const bucket = { perMinute: 60, full: 10 };
  expect(await shared.spend("jane", 10, bucket)).toBe(0);
  clock.advance(1_000);
  clock.set(ms);
  expect(await shared.spend("jane", 4, bucket)).toBe(3_000);
});
