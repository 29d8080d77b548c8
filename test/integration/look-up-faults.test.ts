import { afterEach, describe, expect, it } from "vitest";
import { APPS, CONNECTORS, PEOPLE } from "../../src/sandbox/seed.ts";
import type { Fault, Sandbox } from "../../src/sandbox/start.ts";
import { createLeapingClock } from "../support/leaping-clock.ts";
import { createRig, type Rig, type RigOptions } from "../support/rig.ts";
import { didRun, WRITES } from "../support/write-cases.ts";

let rig: Rig;
afterEach(() => rig.close());

async function open(options?: RigOptions): Promise<void> {
  rig = await createRig({ clock: createLeapingClock(), ...options });
}

type Spoil = (sandbox: Sandbox, operation: string) => void;

function fault(what: Fault): Spoil {
  return (sandbox, operation) =>
    sandbox.faults.add({ match: { operation }, do: what, times: Number.POSITIVE_INFINITY });
}

const SPOILS: readonly [what: string, spoil: Spoil, note: string][] = [
  ["403", (sandbox, operation) => sandbox.forbid(operation), "forbidden"],
  ["404", (sandbox, operation) => sandbox.notFound(operation), "not_found"],
  ["500", fault({ kind: "status", status: 500 }), "unavailable"],
  ["501", (sandbox, operation) => sandbox.notImplemented(operation), "unavailable"],
  [
    "429 for an hour",
    fault({ kind: "status", status: 429, headers: { "retry-after": "3600" } }),
    "rate_limited",
  ],
  ["HTML with 200", fault({ kind: "html" }), "unavailable"],
  ["silence", fault({ kind: "silence" }), "unavailable"],
  ["a reset", fault({ kind: "reset" }), "unavailable"],
];

const BY_PERSON = WRITES.filter(({ name }) => name !== "create_connector (delegated)");

describe("a failed look-up of a person given by id never blocks a write", () => {
  const cases = BY_PERSON.flatMap((write) =>
    SPOILS.map(([what, spoil, note]) => ({ name: write.name, write, what, spoil, note })),
  );
  it.each(cases)("$name, $what", async ({ write, spoil, note }) => {
    await open();
    spoil(rig.sandbox, "users.get");
    const { isError, text, value } = await rig.call(write.tool, write.args);
    expect(isError, text).toBe(false);
    expect(didRun(rig, write)).toBe(true);
    const field = { apps: "owners", connectors: "userIds", owners: "userRefId" }[write.rows];
    const noted = note === "not_found" ? "C1 shows nobody with this id$" : `status.*\\(${note}\\)`;
    expect(value.unchecked).toContainEqual(expect.stringMatching(`^${field}: ${noted}`));
  });

  it("even if the whole call has little time", async () => {
    await open({ timeoutMs: 4_000 });
    fault({ kind: "silence" })(rig.sandbox, "users.get");
    for (const write of BY_PERSON) {
      const { isError, text, value } = await rig.call(write.tool, write.args);
      expect(isError, text).toBe(false);
      expect(value.unchecked).toContainEqual(expect.stringMatching(/status.*\(unavailable\)/));
    }
  });

  it("a blank record is noted as not shown", async () => {
    await open();
    const [write] = BY_PERSON;
    if (!write) throw new Error("no case");
    rig.sandbox.faults.add({
      match: { operation: "users.get" },
      do: { kind: "status", status: 200, body: { userView: { user: null } } },
    });
    const { isError, text, value } = await rig.call(write.tool, write.args);
    expect(isError, text).toBe(false);
    expect(value.unchecked).toContainEqual(expect.stringMatching(/^owners: status.*\(not shown\)/));
  });
});

describe("a failed look-up of the connector never blocks a new owner", () => {
  it.each(SPOILS)("%s", async (_what, spoil, note) => {
    await open();
    spoil(rig.sandbox, "connectors.get");
    const { isError, text, value } = await rig.call("add_connector_user_owner", {
      appId: APPS.github.id,
      connectorId: CONNECTORS.github.id,
      userRefId: "sam.lee@acme.example",
    });
    expect(isError, text).toBe(false);
    const noted = note === "not_found" ? ": C1 shows nothing with this id$" : `\\b.*\\(${note}\\)`;
    expect(value.unchecked).toContainEqual(expect.stringMatching(`^connectorId${noted}`));
    expect(rig.writes()).toHaveLength(1);
  });
});

describe("a write is blocked where it would be a guess", () => {
  it.each(BY_PERSON)("$name: an address that may not be looked up, with advice", async ({ tool, args }) => {
    await open();
    rig.sandbox.forbid("users.search");
    const { isError, text } = await rig.call(tool, byAddress(args, "jane.doe@acme.example"));
    expect(isError).toBe(true);
    expect(text).toMatch(/^\[forbidden\] .*Nothing was changed\. .*\b(user id|administrator)\b/);
    expect(rig.writes()).toEqual([]);
  });

  it.each(BY_PERSON)("$name: a person who is disabled or deleted", async ({ tool, args }) => {
    await open();
    for (const ref of [PEOPLE.disabled.id, PEOPLE.disabled.email, PEOPLE.deleted.id]) {
      const { isError, text } = await rig.call(tool, byAddress(args, ref));
      expect(isError).toBe(true);
      expect(text).toMatch(/^\[invalid_arguments\] .*is (disabled|deleted).*Nothing was changed\./);
    }
    expect(rig.writes()).toEqual([]);
  });

  it.each(BY_PERSON)("$name: a credential that stops working", async ({ tool, args }) => {
    await open();
    fault({ kind: "status", status: 401 })(rig.sandbox, "users.get");
    const { text } = await rig.call(tool, args);
    expect(text).toMatch(/^\[not_authenticated\] .*Nothing was changed\./);
    expect(rig.writes()).toEqual([]);
  });
});

describe("a create is blocked where an answer hides what exists", () => {
  const EXISTING: readonly [operation: string, tool: string, args: object][] = [
    ["apps.search", "create_app", { displayName: APPS.github.displayName }],
    [
      "connectors.list",
      "create_connector",
      { appId: APPS.github.id, catalogId: CONNECTORS.github.catalogId, displayName: "Another" },
    ],
  ];
  const ANSWERS: readonly [what: string, fault: Fault][] = [
    ["HTML", { kind: "html" }],
    ["nothing", { kind: "empty" }],
    ["a part", { kind: "text", status: 200, body: '{"list":[{"id":' }],
    ["a byte order mark before the list", { kind: "text", status: 200, body: '\ufeff{"list":[]}' }],
    ["an array", { kind: "text", status: 200, body: "[]" }],
  ];
  const cases = EXISTING.flatMap(([operation, tool, args]) =>
    ANSWERS.map(([what, answer]) => ({ tool, what, operation, args, answer })),
  );
  it.each(cases)("$tool, $what with 200", async ({ tool, operation, args, answer }) => {
    await open();
    fault(answer)(rig.sandbox, operation);
    const { isError, text } = await rig.call(tool, args);
    expect(isError, text).toBe(true);
    expect(text).toMatch(/^\[unavailable\] .*Nothing was changed\./);
    expect(rig.writes()).toEqual([]);
  });
});

/** The same call with its person given in another way. */
function byAddress(args: Readonly<Record<string, unknown>>, ref: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([key, value]) => {
      if (key === "owners" || key === "userIds") return [key, [ref]];
      return [key, key === "userRefId" ? ref : value];
    }),
  );
}
