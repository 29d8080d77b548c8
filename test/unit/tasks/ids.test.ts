import { expect, it } from "vitest";
import { createTaskIds } from "../../../src/tasks/ids.ts";
import type { Rest } from "../../../src/tools/later.ts";
import { idOf } from "../../support/fake-api.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const KEY = "a-key-of-at-least-32-characters-0123";
const clock = createFakeClock();
const REST: Rest = {
  tool: "sync_connector",
  tenant: "acme.conductor.one",
  output: {
    summary: 'C1 queued a sync of connector "Okta v2" of app "Acme CRM" in acme.conductor.one.',
    tenant: "acme.conductor.one",
    appId: idOf("app"),
    connectorId: idOf("connector"),
  },
  since: { status: "SYNC_STATUS_DONE", syncStartedAt: "2026-01-01T00:00:00.123Z" },
  until: clock.now() + 600_000,
};

const ids = createTaskIds(KEY, clock.now);
const made = ids.make(REST, "user:jane");
const id = made?.id ?? "";

it("holds all that there is to know, letter by letter, for any process with the key", () => {
  expect(createTaskIds(KEY, clock.now).open(id, "user:jane")).toEqual(made?.held);
  expect(made?.held).toEqual({ rest: REST, createdAt: clock.now(), expires: REST.until + 600_000 });
  expect(JSON.stringify(made?.held.rest)).toBe(JSON.stringify(REST));
});

it("is short, fit for a header, and shows nothing of it", () => {
  expect(id).toMatch(/^[\w-]+$/);
  expect(id.length).toBeLessThan(450);
  const bytes = Buffer.from(id, "base64url").toString("latin1");
  expect(bytes).not.toMatch(/sync|acme|okta|jane/i);
});

it.each(["user:kate", "user:jan", "user:jane ", "", "local"])("is nothing to %j", (other) => {
  expect(ids.open(id, other)).toBeUndefined();
});

it("is nothing to a process with another key, or with none", () => {
  expect(createTaskIds(`${KEY}x`, clock.now).open(id, "user:jane")).toBeUndefined();
  expect(createTaskIds(undefined, clock.now).open(id, "user:jane")).toBeUndefined();
});

it("without a key serves its own process", () => {
  const own = createTaskIds(undefined, clock.now);
  expect(own.open(own.make(REST, "local")?.id ?? "", "local")?.rest).toEqual(REST);
});

it("ends ten minutes after its wait", () => {
  const at = (ms: number) => createTaskIds(KEY, () => clock.now() + ms).open(id, "user:jane");
  expect(at(1_199_999)).toBeDefined();
  expect(at(1_200_000)).toBeUndefined();
});

it("is not made where it would be too long", () => {
  const noise = Array.from({ length: 2_000 }, (_, index) =>
    String.fromCodePoint(0x4e00 + ((index * 7_919) % 20_000)),
  );
  expect(
    ids.make({ ...REST, output: { ...REST.output, unchecked: [noise.join("")] } }, "local"),
  ).toBeUndefined();
  expect(ids.open("A".repeat(1_501), "local")).toBeUndefined();
});

it("is nothing with any letter altered, left out or put in", () => {
  for (const at of id.split("").keys()) {
    const letter = id[at] === "A" ? "B" : "A";
    const [before, after] = [id.slice(0, at), id.slice(at + 1)];
    for (const other of [before + letter + after, before + after, before + letter + id.slice(at)])
      expect(ids.open(other, "user:jane"), other).toBeUndefined();
  }
  for (const other of ["", "x", `${id} `, `${id}=`, ` ${id}`, `${id}\n`])
    expect(ids.open(other, "user:jane"), other).toBeUndefined();
});
