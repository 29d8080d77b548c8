import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { APPS, CONNECTORS, PEOPLE } from "../../src/sandbox/seed.ts";
import { RUNS } from "../faults/runs.ts";
import { newRows, openRig, WRITES } from "../faults/writes.ts";
import { ANY_CHARACTER } from "../support/any-character.ts";
import { createLeapingClock } from "../support/leaping-clock.ts";
import type { Outcome, Rig } from "../support/rig.ts";

/* Text from the tenant is data: it is cleaned and cut wherever it is shown. */

const ANSI = "\u001b[31mRED\u001b[0m\u001b]0;title\u0007";
const BIDI = "\u202eevil\u202c\u2066x\u2069\u200f";
const CONTROL = "a\u0000b\u0007c\u009bd\u007fe\u200bf\ufeff";
const HUGE = `start ${"A".repeat(1_000_000)}`;
const LINES = "one\r\ntwo\u2028three";
const ALL = `${ANSI}${BIDI}${CONTROL}${LINES}`;

const FORBIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not appear
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202f\u2060-\u206f\ufeff]/;

/** More than any result about a few objects needs. */
const MAX_LENGTH = 20_000;

let rig: Rig;
beforeEach(async () => {
  rig = await openRig({ clock: createLeapingClock(), timeoutMs: 10_000, maxResponseBytes: 8 * 1024 * 1024 });
});
afterEach(() => rig.close());

/** Every text inside a JSON value. */
function textsIn(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap((entry) => entry.flatMap(textsIn))
    : [];
}

function expectClean({ text, value, isError }: Outcome): void {
  expect(text.length).toBeLessThan(MAX_LENGTH);
  const shown = [...textsIn(value), ...(isError ? [text] : [])];
  // One expectation for all, because tens of thousands would take longer than the calls.
  expect(shown.filter((part) => FORBIDDEN.test(part) || !part.isWellFormed())).toEqual([]);
  // Each line is examined once, after the call that wrote it.
  const lines = rig.logs.splice(0);
  expect(lines.filter((line) => line.length >= MAX_LENGTH)).toEqual([]);
  const logged = lines.flatMap((line) => textsIn(JSON.parse(line)));
  expect(logged.filter((part) => FORBIDDEN.test(part.replaceAll("\n", "")))).toEqual([]);
}

const APP = { displayName: "Acme CRM" };

/** Creates an app. The tenant answers with the given one, and creates none. */
function createAnswered(app: object): Promise<Outcome> {
  const body = { app: { id: "a".repeat(27), ...app } };
  const match = { operation: "apps.create" };
  rig.sandbox.faults.add({ match, do: { kind: "status", status: 200, body } });
  return rig.call("create_app", APP);
}

const TEXTS: readonly [string, string][] = [
  ["ANSI", ANSI],
  ["bidi", BIDI],
  ["control characters", CONTROL],
  ["several lines", LINES],
  ["1 MB", HUGE],
  ["everything", ALL],
];

describe.each(TEXTS)("%s", (_name, evil) => {
  it.each(WRITES)("in an error message about $name", async ({ tool, operation, args }) => {
    const mayRepeat = { ...args, ...(tool !== "add_connector_user_owner" && { ifExists: "create" }) };
    // After these, look-ups continue until the deadline.
    const unclear = evil === HUGE || evil === ALL ? [500, 502] : [];
    for (const status of [400, 403, 404, 429, ...unclear]) {
      const body = { code: 3, message: `${evil} (request-id: ${evil})`, details: [{ reason: evil }] };
      const headers = { "retry-after": "3600" };
      rig.sandbox.faults.add({ match: { operation }, do: { kind: "status", status, body, headers } });
      const outcome = await rig.call(tool, mayRepeat);
      expect(outcome.isError).toBe(true);
      expectClean(outcome);
    }
    rig.sandbox.faults.add({ match: { operation }, do: { kind: "text", status: 403, body: evil } });
    expectClean(await rig.call(tool, mayRepeat));
  });

  it("in the names of apps, connectors and people", async () => {
    const { state } = rig.sandbox;
    for (const { tool, args } of WRITES) await rig.call(tool, args);
    for (const app of state.apps)
      Object.assign(app, { displayName: `${app.displayName}${evil}`, description: evil });
    for (const connector of state.connectors)
      Object.assign(connector, {
        displayName: `${connector.displayName}${evil}`,
        lastError: evil,
        description: evil,
      });
    for (const user of state.users)
      Object.assign(user, { displayName: `${evil}${user.displayName}`, jobTitle: evil });
    for (const policy of state.policies)
      Object.assign(policy, { displayName: `x${evil}`, description: evil });
    const calls: [string, object][] = [
      ["whoami", {}],
      ["find_apps", {}],
      ["find_connectors", { appId: state.connectors[0]?.appId }],
      ["find_users", { query: "jane" }],
      ["find_policies", {}],
      ["create_app", { displayName: "Next", owners: [PEOPLE.janeDoe.id] }],
      ["create_app", { displayName: "Dry", owners: [PEOPLE.janeDoe.id], dryRun: true }],
      ["create_app", { displayName: "Nobody", owners: ["nobody@acme.example"] }],
      ["create_connector", { appId: "no such app", catalogId: "okta_v2" }],
      ...WRITES.map(({ tool, args }): [string, object] => [tool, args]),
    ];
    for (const [tool, args] of calls) expectClean(await rig.call(tool, args));
  });

  it("in the place of ids and states", async () => {
    const spoil = (operation: string, rewrite: (body: never) => unknown) =>
      rig.sandbox.faults.add({
        match: { operation },
        times: Number.POSITIVE_INFINITY,
        do: { kind: "rewrite", rewrite: rewrite as (body: unknown) => unknown },
      });
    const view = ({ connector }: { connector: object }) => ({
      connector: { ...connector, catalogId: evil, status: { status: evil } },
    });
    spoil("connectors.list", ({ list }: { list: { connector: object }[] }) => ({ list: list.map(view) }));
    spoil("connectors.get", ({ connectorView }: { connectorView: { connector: object } }) => ({
      connectorView: view(connectorView),
    }));
    spoil("auth.introspect", () => ({ userId: evil, principleId: evil, tenantId: evil }));
    const place = { appId: APPS.github.id, connectorId: CONNECTORS.github.id };
    const calls = [
      ["whoami", {}],
      ["find_connectors", { appId: APPS.github.id }],
      ["find_connectors", place],
    ] as const;
    for (const [tool, args] of calls) {
      const outcome = await rig.call(tool, args);
      expect(outcome.isError, outcome.text).toBe(false);
      expectClean(outcome);
    }
  });

  it("in the response to a write", async () => {
    const outcome = await createAnswered({
      displayName: APP.displayName,
      createdAt: evil,
    });
    expect(outcome.isError).toBe(false);
    expectClean(outcome);
  });

  it("as the name in the response to a write, which then proves nothing", async () => {
    const outcome = await createAnswered({ displayName: evil, description: evil, createdAt: evil });
    expect(outcome.text).toMatch(/^\[outcome_unknown\] .*an answer that does not fit it/);
    expectClean(outcome);
  });

  it("in the request id of a response", async () => {
    const headers = { "x-request-id": evil.replace(/[^\x20-\x7e]/g, "?").slice(0, 8_000) };
    rig.sandbox.faults.add({
      match: { operation: "apps.create" },
      do: { kind: "status", status: 400, headers },
    });
    expectClean(await rig.call("create_app", APP));
    for (const { requestId } of rig.audits) expect((requestId ?? "").length).toBeLessThan(300);
  });
});

it("random texts in error messages", async () => {
  const message = fc.string({ unit: ANY_CHARACTER, maxLength: 2_000 });
  await fc.assert(
    fc.asyncProperty(message, fc.constantFrom(400, 403, 409, 500), async (text, status) => {
      rig.sandbox.faults.add({
        match: { operation: "auth.introspect" },
        do: { kind: "status", status, body: { code: 3, message: text } },
      });
      expectClean(await rig.call("whoami", {}));
    }),
    { numRuns: RUNS.inputs / 3 },
  );
  expect(newRows(rig, WRITES[0] as (typeof WRITES)[0])).toEqual([]);
});
