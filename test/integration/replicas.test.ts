import { afterEach, describe, expect, it } from "vitest";
import type { Shared } from "../../src/replicas/port.ts";
import { passed } from "../faults/run-cell.ts";
import { createLeapingClock, type LeapingClock } from "../support/leaping-clock.ts";
import { createReplicas, type Replica, type ReplicasOptions } from "../support/replicas.ts";
import type { Outcome } from "../support/rig.ts";
import { type StandIn, type StandInOptions, startStandIn } from "../support/stand-in.ts";

/* Several replicas with a shared store on one tenant: whatever happens to them or to the store, nothing is created twice. */

const DAY_MS = 86_400_000;
const LEASE_MS = 1_000;
const NAME = "Acme CRM of all replicas";

let ended: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const end of ended.reverse()) await end();
  ended = [];
});

interface Set {
  readonly replicas: readonly Replica[];
  readonly store: StandIn;
  readonly clock: LeapingClock;
  create(index: number, more?: object): Promise<Outcome>;
  /** Number of live apps of that name. */
  made(): number;
}

async function open(options: Partial<ReplicasOptions> = {}, standIn: StandInOptions = {}): Promise<Set> {
  const clock = createLeapingClock();
  const store = await startStandIn({ clock, ...standIn });
  ended.push(store.close);
  const replicas = await createReplicas({
    count: 2,
    clock,
    ...options,
    store: { url: store.url, leaseMs: LEASE_MS, ...options.store },
  });
  for (const { rig, shared } of replicas) ended.push(rig.close, async () => shared?.close());
  for (const { shared } of replicas) if (shared) await clock.lapse(shared.isWhole());
  const [{ rig }] = replicas as [Replica];
  return {
    replicas,
    store,
    clock,
    create: (index, more = {}) =>
      (replicas[index % replicas.length] as Replica).rig.call("create_app", { displayName: NAME, ...more }),
    made: () => rig.sandbox.state.apps.filter(({ displayName }) => displayName === NAME).length,
  };
}

/** A store that has just started is not sure at once, so the clock has to advance. */
const useOnce = async (shared: Shared | undefined, kind: "consent" | "page" | "assertion", id: string) =>
  shared?.useOnce(kind, id, 120_000);

/** Repeats a check on the shared clock, for a minute at most. */
async function eventually(
  clock: LeapingClock,
  what: string,
  condition: () => Promise<boolean>,
): Promise<void> {
  for (let asked = 0; !(await clock.lapse(condition())); asked += 1) {
    if (asked > 600) throw new Error(`never came about: ${what}`);
    await passed(clock, 100);
  }
}

/** The outcomes of the calls, sorted and counted. */
function tally(outcomes: readonly Outcome[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { isError, text } of outcomes) {
    const told = isError ? (/^\[(\w+)\]/.exec(text)?.[1] ?? text) : "created";
    counts[told] = (counts[told] ?? 0) + 1;
  }
  return counts;
}

const many = <T>(count: number, make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => make(index)));

/** One caller created it, and the others learn that it exists. */
function expectOne(outcomes: readonly Outcome[], made: number): void {
  expect(tally(outcomes)).toEqual({ created: 1, already_exists: outcomes.length - 1 });
  expect(made).toBe(1);
}

/** Whatever else the answers are, they name one app at most, and there is no other. */
function expectNoTwin(outcomes: readonly Outcome[], made: number): void {
  const { created = 0, already_exists: _seen, unavailable: _refused, ...others } = tally(outcomes);
  expect(others).toEqual({});
  expect(created).toBeLessThanOrEqual(1);
  expect(made).toBe(created);
}

describe("concurrent creates of the same app on all replicas", () => {
  it.each([
    { count: 2, latencyMs: 0, objectDelayMs: 0 },
    { count: 2, latencyMs: 5, objectDelayMs: DAY_MS },
    { count: 3, latencyMs: 50, objectDelayMs: DAY_MS },
  ])("$count replicas, $latencyMs ms upstream, shown after $objectDelayMs ms", async (cell) => {
    const { replicas, create, made } = await open({ count: cell.count, sandbox: cell });
    replicas[0]?.rig.sandbox.faults.add({ times: Infinity, do: { kind: "latency", ms: cell.latencyMs } });
    const outcomes = await many(40, create);
    expectOne(outcomes, made());
  });

  it("through a slow store", async () => {
    const { create, made } = await open({ sandbox: { objectDelayMs: DAY_MS } }, { delayMs: 30 });
    const outcomes = await many(20, create);
    expectOne(outcomes, made());
  });
});

describe("a replica that dies", () => {
  /** Ends its connection: it renews and reports nothing any more. */
  const kill = ({ shared }: Replica) => shared?.close();

  it("while it has the turn: the others wait for its lease, and then create it", async () => {
    const { replicas, create, made, clock } = await open();
    const [first] = replicas as [Replica];
    const limits = { signal: new AbortController().signal, deadline: clock.steady() + DAY_MS };
    const key = JSON.stringify(["app", NAME.toLowerCase()]);
    const taking = new Promise<void>((taken) => {
      void first.shared?.run(key, limits, () => new Promise(() => taken()));
    });
    await clock.lapse(taking);
    await kill(first);
    const started = clock.now();
    const outcomes = await many(5, () => create(1));
    expect(clock.now() - started).toBeGreaterThan(LEASE_MS / 2);
    expectOne(outcomes, made());
  });

  it("between sending and response: the others are told that one may be in progress", async () => {
    const { replicas, create, made, clock } = await open({ sandbox: { objectDelayMs: DAY_MS } });
    const [first] = replicas as [Replica];
    first.rig.sandbox.faults.add({
      match: { operation: "apps.create" },
      when: "after",
      do: { kind: "latency", ms: 3 * LEASE_MS },
    });
    const left = create(0);
    await clock.until("an app", () => made() === 1);
    await kill(first);
    const outcomes = await many(5, () => create(1));
    expect(tally(outcomes)).toEqual({ unavailable: 5 });
    expect(outcomes[0]?.text).toContain("ended without a known outcome");
    await left;
    expect(made()).toBe(1);
  });
});

describe("the shared store", () => {
  it("is restarted repeatedly and has lost everything", async () => {
    const { store, replicas, create, made, clock } = await open({ sandbox: { objectDelayMs: DAY_MS } });
    replicas[0]?.rig.sandbox.faults.add({ times: Infinity, do: { kind: "latency", ms: 50 } });
    const outcomes: Outcome[] = [];
    for (let round = 0; round < 4; round += 1) {
      const calls = many(6, create);
      await passed(clock, 20 + 60 * round);
      store.restart();
      outcomes.push(...(await calls));
    }
    expectNoTwin(outcomes, made());
    expect(made()).toBe(1);
    // The replicas report what the new store must know.
    for (const index of [0, 1])
      await eventually(clock, "it is known", async () =>
        (await create(index)).text.startsWith("[already_exists]"),
      );
    expect(made()).toBe(1);
  });

  it("stops responding: creates are refused, reads and harmless writes continue; then everything continues", async () => {
    const { store, replicas, create, made, clock } = await open({ sandbox: { objectDelayMs: DAY_MS } });
    const [{ rig, shared }] = replicas as [Replica];
    expect(tally([await create(0)])).toEqual({ created: 1 });
    store.stop();
    const refused = await many(6, (index) => create(index, { displayName: "Another" }));
    expect(tally(refused)).toEqual({ unavailable: 6 });
    expect(refused[0]?.text).toMatch(/shared? .*cannot be used now.* Nothing was changed\./);
    expect((await rig.call("find_apps", { query: "Okta" })).isError).toBe(false);
    expect(await shared?.isWhole()).toBe(false);
    // Requests that it executes late do no harm.
    store.go();
    await eventually(clock, "the store is back", async () => (await shared?.isWhole()) === true);
    const outcomes = await many(6, (index) => create(index, { displayName: "Another" }));
    expectOne(outcomes, rig.sandbox.state.apps.filter(({ displayName }) => displayName === "Another").length);
    expect(tally(await many(6, create))).toEqual({ already_exists: 6 });
    expect(made()).toBe(1);
  });

  it("stops responding during writes", async () => {
    const { store, replicas, create, made, clock } = await open({ sandbox: { objectDelayMs: DAY_MS } });
    replicas[0]?.rig.sandbox.faults.add({ times: Infinity, do: { kind: "latency", ms: 100 } });
    const outcomes: Outcome[] = [];
    for (let round = 0; round < 3; round += 1) {
      const calls = many(6, create);
      await passed(clock, 100 + 100 * round);
      store.stop();
      await passed(clock, 1.5 * LEASE_MS);
      store.go();
      outcomes.push(...(await calls));
    }
    expectNoTwin(outcomes, made());
  });

  it("is emptied and keeps its connections", async () => {
    const { store, replicas, create, made, clock } = await open({ sandbox: { objectDelayMs: DAY_MS } });
    expect(tally([await create(0)])).toEqual({ created: 1 });
    expect(await clock.lapse(useOnce(replicas[0]?.shared, "consent", "nonce"))).toBe(true);
    store.clear();
    // Only the first replica can report what it did, and nobody asks it for anything.
    expect(tally([await create(1)])).toEqual({ already_exists: 1 });
    expect(made()).toBe(1);
    expect(await clock.lapse(useOnce(replicas[1]?.shared, "consent", "nonce"))).toBe(false);
  });

  it("has its clock set back by an hour", async () => {
    const { store, replicas, create, made, clock } = await open();
    await create(0, { displayName: "Before" });
    store.setBack(3_600_000);
    const started = clock.now();
    expect(tally([await create(1)])).toEqual({ created: 1 });
    expect(await clock.lapse(useOnce(replicas[1]?.shared, "consent", "nonce"))).toBe(true);
    expect(clock.now() - started).toBeLessThan(60_000);
    expect(made()).toBe(1);
  });

  it("has just been restarted when a call's time is up: the refusal says so", async () => {
    const { store, create, made, clock } = await open({
      timeoutMs: 2_000,
      store: { leaseMs: 10_000 } as never,
    });
    store.restart();
    await passed(clock, 1_000);
    const { text } = await create(0);
    expect(text).toMatch(/^\[unavailable\] The store .* started a moment ago.* Nothing was changed\./);
    expect(made()).toBe(0);
  });

  it("contains no names", async () => {
    const { store, replicas, create, clock } = await open();
    const [{ shared }] = replicas as [Replica];
    await create(0);
    await clock.lapse(useOnce(shared, "assertion", "jane.do@acme.example"));
    await shared?.spend("jane.do@acme.example", 1, { perMinute: 60, full: 10 });
    const held = store.dump();
    expect(held.match(/c1mcp:/g)?.length).toBeGreaterThanOrEqual(4);
    expect(held).not.toMatch(/acme|crm|jane|conductor|sandbox/i);
  });
});

it("writes continue without the store if the operator allows that, and are reported to it afterwards", async () => {
  const { store, replicas, create, made, clock } = await open({
    store: { outage: "alone" } as never,
    sandbox: { objectDelayMs: DAY_MS },
  });
  store.stop();
  expectOne(await many(4, () => create(0)), made());
  expect(await clock.lapse(useOnce(replicas[0]?.shared, "consent", "nonce"))).toBe(true);
  store.go();
  for (const { shared } of replicas)
    await eventually(clock, "the store is back", async () => (await shared?.isWhole()) === true);
  await eventually(clock, "it is known", async () => (await create(1)).text.startsWith("[already_exists]"));
  expect(await clock.lapse(useOnce(replicas[1]?.shared, "consent", "nonce"))).toBe(false);
  expect(made()).toBe(1);
});

describe("replicas without a store", () => {
  it("can both create the same, but never without saying so", async () => {
    const clock = createLeapingClock();
    const replicas = await createReplicas({ count: 2, clock, hasReplicas: true });
    for (const { rig } of replicas) ended.push(rig.close);
    const apps = replicas[0]?.rig.sandbox.state.apps ?? [];
    for (let trial = 0; trial < 40; trial += 1) {
      const displayName = `Trial ${trial}`;
      const told = await Promise.all(replicas.map(({ rig }) => rig.call("create_app", { displayName })));
      const made = apps.filter((app) => app.displayName === displayName).map(({ id }) => id);
      const named = told.map(({ text }) => made.filter((id) => text.includes(id)).length);
      // At least one of the two answers names all that exist.
      expect(Math.max(...named), told.map(({ text }) => text).join("\n")).toBe(made.length);
    }
  });

  it("say so in the result, with what to do", async () => {
    const clock = createLeapingClock();
    const [one, other] = (await createReplicas({
      count: 2,
      clock,
      hasReplicas: true,
    })) as [Replica, Replica];
    ended.push(one.rig.close, other.rig.close);
    const { faults, requests } = one.rig.sandbox;
    // One has looked already, but its write arrives after the other's.
    faults.add({ match: { operation: "apps.create" }, do: { kind: "latency", ms: 400 } });
    const late = one.rig.call("create_app", { displayName: NAME });
    await clock.until("it is sent", () => requests.some(({ operation }) => operation === "apps.create"));
    const first = await other.rig.call("create_app", { displayName: NAME });
    expect(first.value.summary).not.toContain("at the same time");
    const { value, text } = await late;
    expect(value.summary).toMatch(
      new RegExp(
        `Another one was made at the same time by somebody else: "${NAME}", created [\\dT:.-]+Z \\[${first.value.appId}\\]\\.$`,
      ),
    );
    expect(value.next).toMatch(/^Ask which one is to stay/);
    expect(value.appId).not.toBe(first.value.appId);
    expect(text).toContain("at the same time");
  });

  it("do not report a create as failed because of a failed look", async () => {
    const clock = createLeapingClock();
    const [{ rig }] = (await createReplicas({
      count: 1,
      clock,
      hasReplicas: true,
    })) as [Replica];
    ended.push(rig.close);
    rig.sandbox.faults.add({
      match: { operation: "apps.create" },
      do: { kind: "latency", ms: 400 },
    });
    const creating = rig.call("create_app", { displayName: NAME });
    await clock.until("it is sent", () => rig.writes().length > 0);
    rig.sandbox.forbid("apps.search");
    const { isError, value } = await creating;
    expect(isError).toBe(false);
    expect(value.unchecked).toEqual(["apps of that name made at the same time (forbidden)"]);
  });
});

it("a consent, a page and an assertion are valid once among all replicas", async () => {
  const { store, replicas, clock } = await open({ count: 3 });
  for (const kind of ["consent", "page", "assertion"] as const) {
    const uses = await clock.lapse(many(30, (index) => useOnce(replicas[index % 3]?.shared, kind, "id")));
    expect(uses.filter(Boolean)).toHaveLength(1);
  }
  store.restart();
  // Refused as long as the store is not back.
  const again = await clock.lapse(
    many(3, (index) => useOnce(replicas[index]?.shared, "consent", "id").catch(() => false)),
  );
  expect(again.filter(Boolean)).toEqual([]);
});
