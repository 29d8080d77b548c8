import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createTaskIds } from "../../../src/tasks/ids.ts";
import type { PendingWait } from "../../../src/tools/deferral.ts";
import { idOf } from "../../support/fake-api.ts";
import { createFakeClock } from "../../support/fake-clock.ts";

const KEY = "a-key-of-at-least-32-characters-0123";
const clock = createFakeClock();
const PENDING: PendingWait = {
  tool: "add_connector_user_owner",
  tenant: "acme.conductor.one",
  target: { appId: idOf("app"), connectorId: idOf("connector"), userId: "z".repeat(27) },
  until: clock.now() + 600_000,
  seconds: 600,
};
const JANE = { tenant: PENDING.tenant, principal: "user:jane" };

const ids = createTaskIds(KEY, clock.now);
const made = ids.make({ ...PENDING, output: { summary: "Done." }, notes: [] }, JANE.principal);
const id = made?.id ?? "";

describe("an id", () => {
  it("tells what was written to any process with the key", () => {
    const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    const anyId = fc.string({ unit: fc.constantFrom(...letters), minLength: 27, maxLength: 27 });
    const anyPending = fc.record<PendingWait>(
      {
        tool: fc.constantFrom("create_connector", "update_connector", "sync_connector"),
        tenant: fc.constant(PENDING.tenant),
        target: fc.record(
          { appId: anyId, connectorId: anyId, userId: anyId },
          { requiredKeys: ["appId", "connectorId"] },
        ),
        until: fc.integer({ min: clock.now() / 1000, max: 2 ** 32 - 1 }).map((seconds) => seconds * 1000),
        seconds: fc.integer({ min: 1, max: 600 }),
        isQuiet: fc.constant(true),
      },
      { requiredKeys: ["tool", "tenant", "target", "until", "seconds"] },
    );
    fc.assert(
      fc.property(anyPending, fc.option(fc.nat(2 ** 32 - 1)), (pending, digest) => {
        const since =
          digest === null || pending.target.userId ? {} : { since: digest.toString(16).padStart(8, "0") };
        const one = ids.make({ ...pending, ...since }, JANE.principal);
        expect(createTaskIds(KEY, clock.now).open(one?.id ?? "", JANE)?.pending).toEqual({
          ...pending,
          ...since,
        });
      }),
    );
  });

  it("is one that Claude Code takes: at most 128 characters, and fit for a header", () => {
    expect(id).toMatch(/^[\w-]{1,128}$/);
  });

  it("reveals nothing of its content, and never looks the same twice", () => {
    expect(ids.make(PENDING, JANE.principal)?.id).not.toBe(id);
    expect(Buffer.from(id, "base64url").toString("latin1")).not.toMatch(/app0|connector|zzz/);
  });

  it("says where there are notes that only one process knows", () => {
    const noted = ids.make({ ...PENDING, notes: ["something (forbidden)"] }, JANE.principal);
    expect(ids.open(noted?.id ?? "", JANE)?.pending).toMatchObject({ isShortened: true });
    expect(ids.open(id, JANE)?.pending).not.toHaveProperty("isShortened");
  });

  it("is not made of what it cannot tell", () => {
    expect(ids.make({ ...PENDING, tool: "create_app" }, JANE.principal)).toBeUndefined();
    expect(ids.make({ ...PENDING, since: "01020304" }, JANE.principal)).toBeUndefined();
  });
});

describe("an id of a page", () => {
  const page = { id: "0190c1f2-7a3b-4c5d-8e6f-0123456789ab", home: "ffffffff-0000-4fff-8000-fedcba987654" };
  const { tenant, until, seconds } = PENDING;
  const makePage = (change: object) =>
    ids.make({ tool: "create_app", tenant, until, seconds, page, ...change }, JANE.principal);

  it.each([
    "create_app",
    "create_connector",
    "update_connector",
    "sync_connector",
    "add_connector_user_owner",
  ])("of %s names the page and its process", (tool) => {
    const paged = makePage({ tool });
    expect(paged?.id).toMatch(/^[\w-]{1,128}$/);
    const opened = createTaskIds(KEY, clock.now).open(paged?.id ?? "", JANE);
    expect(opened?.pending).toEqual({ tool, tenant, until, seconds, page });
    expect(ids.open(paged?.id ?? "", { ...JANE, principal: "user:kate" })).toBeUndefined();
  });

  it("is not made of what it cannot tell", () => {
    expect(makePage({ tool: "find_apps" })).toBeUndefined();
    for (const part of ["shared", "", page.id.toUpperCase(), `${page.id}0`]) {
      expect(makePage({ page: { ...page, home: part } })).toBeUndefined();
      expect(makePage({ page: { ...page, id: part } })).toBeUndefined();
    }
  });
});

describe("an id is nothing", () => {
  it.each(["user:kate", "user:jan", "user:jane ", "", "local"])("to %j", (principal) => {
    expect(ids.open(id, { ...JANE, principal })).toBeUndefined();
  });

  it("on another tenant", () => {
    expect(ids.open(id, { ...JANE, tenant: "other.conductor.one" })).toBeUndefined();
  });

  it("to a process with another key, or with none", () => {
    expect(createTaskIds(`${KEY}x`, clock.now).open(id, JANE)).toBeUndefined();
    expect(createTaskIds(undefined, clock.now).open(id, JANE)).toBeUndefined();
  });

  it("ten minutes after its wait", () => {
    const at = (ms: number) => createTaskIds(KEY, () => clock.now() + ms).open(id, JANE);
    expect(at(1_199_999)).toBeDefined();
    expect(at(1_200_000)).toBeUndefined();
  });

  it("with any letter altered, left out or put in", () => {
    for (const at of id.split("").keys()) {
      const letter = id[at] === "A" ? "B" : "A";
      const [before, after] = [id.slice(0, at), id.slice(at + 1)];
      for (const other of [before + letter + after, before + after, before + letter + id.slice(at)])
        expect(ids.open(other, JANE), other).toBeUndefined();
    }
    for (const other of ["", "x", `${id} `, `${id}=`, ` ${id}`, `${id}\n`, "A".repeat(100_000)])
      expect(ids.open(other, JANE), other.slice(0, 200)).toBeUndefined();
  });
});

it("without a key an id serves its own process", () => {
  const own = createTaskIds(undefined, clock.now);
  expect(own.open(own.make(PENDING, "local")?.id ?? "", { ...JANE, principal: "local" })?.pending).toEqual(
    PENDING,
  );
});
