import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { secretFromValue } from "../../../src/config/secret-file.ts";
import { createRedactor } from "../../../src/log/redact.ts";
import { createRemoteShared } from "../../../src/replicas/remote.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { type StandInOptions, startStandIn } from "../../support/stand-in.ts";
import { waitFor } from "../../support/wait-for.ts";

/* A store that answers, but with errors. */

const LEASE_MS = 10_000;
/** Small, so that no response over a real socket is overdue by the fake clock. */
const STEP_MS = 20;
const OTHER = "canary-password-of-another-store";

const ended: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ended.splice(0)) await end();
});

async function open(standIn: StandInOptions = {}, password?: string, user = "") {
  const clock = createFakeClock();
  const store = await startStandIn({ clock, ...standIn });
  const logs: { msg: string; reason?: string }[] = [];
  const shared = createRemoteShared({
    url: store.url.replace("//", `//${user && `${encodeURIComponent(user)}@`}`),
    password: password === undefined ? undefined : secretFromValue(password, createRedactor()),
    key: "k".repeat(32),
    tenant: "acme",
    outage: "refuse",
    logger: pino({ level: "info" }, { write: (line: string) => void logs.push(JSON.parse(line)) }),
    clock,
    leaseMs: LEASE_MS,
  });
  ended.push(() => shared.close().then(store.close));
  return { clock, store, shared, logs };
}

describe.each([
  ["OOM", "OOM command not allowed when used memory > 'maxmemory'. script: 1f"],
  ["READONLY", "READONLY You can't write against a read only replica. script: 1f"],
  ["MISCONF", "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to"],
  ["LOADING", "LOADING Redis is loading the dataset in memory"],
])("a store that answers %s", (reason, error) => {
  it("counts as down until it takes writes again, and the log says once why", async () => {
    const { clock, store, shared, logs } = await open();
    expect(await shared.isWhole()).toBe(true);
    clock.advance(LEASE_MS);
    store.refuseWrites(error);
    // Nobody calls: the server notices by itself.
    await waitFor(async () => {
      clock.advance(STEP_MS);
      expect(await shared.isWhole()).toBe(false);
    });
    for (let attempt = 0; attempt < 10; attempt += 1) {
      clock.advance(STEP_MS);
      const using = shared.useOnce("consent", `id-${attempt}`, 1_000);
      await expect(using).rejects.toThrow("cannot be used now");
      expect(await shared.isWhole()).toBe(false);
    }
    expect(logs).toMatchObject([{ msg: expect.stringMatching(/^The shared store cannot be used/), reason }]);
    store.refuseWrites(undefined);
    await waitFor(async () => {
      clock.advance(STEP_MS);
      expect(await shared.isWhole()).toBe(true);
    });
    expect(logs).toHaveLength(2);
    expect(await shared.useOnce("consent", "id", 1_000)).toBe(true);
  });
});

it.each([
  ["WRONGPASS", { password: "right" }, OTHER],
  ["NOAUTH", { password: "right" }, undefined],
  ["ERR AUTH", {}, OTHER],
])("the log says %s, and repeats no password", async (reason, standIn, password) => {
  const { shared, logs } = await open(standIn, password);
  expect(await shared.isWhole()).toBe(false);
  expect(logs).toMatchObject([{ reason }]);
  expect(JSON.stringify(logs)).not.toContain(OTHER);
});

it.each([
  "writer",
  "a writer: c1@acme",
])("takes the password of the user in the address: %s", async (user) => {
  const { shared, logs } = await open({ password: OTHER, user }, OTHER, user);
  expect(await shared.isWhole()).toBe(true);
  expect(logs).toEqual([]);
});

it("the log says, too, why no new connection can be used", async () => {
  const { clock, store, shared, logs } = await open();
  expect(await shared.isWhole()).toBe(true);
  store.refuseWrites("OOM command not allowed");
  store.restart();
  await waitFor(() => {
    clock.advance(STEP_MS);
    expect(logs).toMatchObject([{ reason: "connection lost" }, { reason: "OOM" }]);
  });
});

it("a lost connection is called that", async () => {
  const { clock, store, shared, logs } = await open();
  expect(await shared.isWhole()).toBe(true);
  store.restart();
  await waitFor(() => {
    clock.advance(STEP_MS);
    expect(logs).toMatchObject([
      { reason: "connection lost" },
      { msg: "The shared store can be used again." },
    ]);
  });
});
