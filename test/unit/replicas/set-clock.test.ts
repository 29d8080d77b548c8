import { pino } from "pino";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sleep } from "../../../src/clock.ts";
import type { Shared } from "../../../src/replicas/port.ts";
import { createRemoteShared } from "../../../src/replicas/remote.ts";
import { elsewhere } from "../../support/fake-clock.ts";
import { createLeapingClock, type LeapingClock } from "../../support/leaping-clock.ts";
import { type StandIn, startStandIn } from "../../support/stand-in.ts";

/* The clock of a replica's machine is set while it has a turn; the store's is not. */

const HOUR_MS = 3_600_000;
const LEASE_MS = 1_000;
const LONGEST_CALL_MS = 45_000;
const { signal } = new AbortController();

let clock: LeapingClock;
let store: StandIn;
let replicas: Shared[];

beforeEach(async () => {
  clock = createLeapingClock();
  store = await startStandIn({ clock: elsewhere(clock) });
  replicas = [clock, elsewhere(clock)].map((own) =>
    createRemoteShared({
      url: store.url,
      key: "k".repeat(32),
      tenant: "acme",
      outage: "refuse",
      logger: pino({ level: "silent" }),
      clock: own,
      leaseMs: LEASE_MS,
    }),
  );
  await clock.lapse(Promise.all(replicas.map((shared) => shared.isWhole())));
});
afterEach(async () => {
  for (const shared of replicas) await shared.close();
  await store.close();
});

const pass = (ms: number) => sleep(clock, ms, signal);
const limits = () => ({ signal, deadline: clock.steady() + LONGEST_CALL_MS });

it.each([
  ["set back", -HOUR_MS, 2 * LEASE_MS],
  ["put forward, as after a sleep of the machine", HOUR_MS, 0],
])("a turn is lost after its lease although the clock was %s", async (_how, ms, passMs) => {
  const [shared] = replicas as [Shared];
  const turning = shared.run("key", limits(), async (turn) => {
    turn.confirm();
    store.stop();
    clock.set(ms);
    await pass(passMs);
    expect(() => turn.confirm()).toThrow("another replica may do the same now");
    store.go();
  });
  await clock.lapse(turning);
});

it("a turn is kept while the clock is set back", async () => {
  const [shared] = replicas as [Shared];
  const turning = shared.run("key", limits(), async (turn) => {
    clock.set(-HOUR_MS);
    await pass(5 * LEASE_MS);
    turn.confirm();
  });
  await clock.lapse(turning);
});

it.each([-HOUR_MS, HOUR_MS])("an emptied store hears of recent writes and uses (%i ms)", async (ms) => {
  const [shared, other] = replicas as [Shared, Shared];
  const writing = shared.run("key", limits(), async (turn) => {
    await turn.begin(LONGEST_CALL_MS);
    await turn.end({ made: "id-1" }, LONGEST_CALL_MS);
  });
  await clock.lapse(writing);
  await clock.lapse(shared.useOnce("consent", "nonce", 120_000));
  clock.set(ms);
  store.clear();
  await clock.lapse(pass(LEASE_MS));
  expect(await clock.lapse(other.lookRecent("key"))).toEqual({ made: ["id-1"], unclear: false });
  expect(await clock.lapse(other.useOnce("consent", "nonce", 120_000))).toBe(false);
});
