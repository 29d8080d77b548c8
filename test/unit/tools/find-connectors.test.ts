import { describe, expect, it } from "vitest";
import { findConnectors } from "../../../src/tools/find-connectors.ts";
import { idOf, JANE, SAM } from "../../support/fake-api.ts";
import { createBench } from "../../support/tool-bench.ts";

const ARGS = { appId: idOf("app"), connectorId: idOf("connector") };

it("is tried on some app, and cannot be tried without one", async () => {
  const call = { signal: new AbortController().signal, deadline: Number.POSITIVE_INFINITY };
  const { api } = createBench({ searchApps: async () => ({ items: [{ id: ARGS.appId }] }) });
  expect(await findConnectors.probe?.(api, call)).toBeUndefined();
  expect(api.reached.map(({ name, args }) => [name, args[0]])).toEqual([
    ["searchApps", {}],
    ["listConnectors", ARGS.appId],
  ]);
  const empty = createBench({ searchApps: async () => ({ items: [] }) });
  expect(await findConnectors.probe?.(empty.api, call)).toBe("there is no app to try it on");
});

it.each([
  "constructor",
  "__proto__",
  "toString",
  "primary",
])("groups owners by the role %s", async (roleSlug) => {
  const bench = createBench({
    listOwners: async () => ({
      items: [
        { roleSlug, user: JANE, userId: JANE.id },
        { roleSlug, userId: SAM.id },
        { roleSlug: "other", userId: idOf("x") },
      ],
    }),
  });
  const { content, isError } = await bench.run(findConnectors, ARGS);
  expect(isError, content[0].text).toBeUndefined();
  const { owners } = JSON.parse(content[0].text) as { owners: object };
  expect(Object.entries(owners)).toEqual([
    [roleSlug, [`Jane Doe (jane@acme.example) [${JANE.id}]`, SAM.id]],
    ["other", [idOf("x")]],
  ]);
});

it.each([
  "constructor",
  "__proto__",
  "NEWER",
])("shows the state %s as C1 has it, and not as one of ours", async (state) => {
  const bench = createBench({
    getConnector: async (appId, id) => ({
      id,
      appId,
      status: state,
      configUpdatedAt: "2026-01-01T00:00:00Z",
    }),
  });
  const { connector } = await bench.succeed(findConnectors, ARGS);
  expect(connector).toEqual({ id: ARGS.connectorId, status: state });
});

describe("the last error of a connector", () => {
  it("is masked before it is shortened, because it may quote a secret that is a word", async () => {
    const lastError = `${"-".repeat(185)} password administrator was refused`;
    const getConnector = async (appId: string, id: string) => ({ id, appId, lastError });
    const bench = createBench({ getConnector });
    bench.deps.redactor.add("administrator");
    const args = { appId: idOf("app"), connectorId: idOf("c") };
    const { connector } = await bench.succeed(findConnectors, args);
    expect(connector).toMatchObject({
      lastError: expect.stringMatching(/^C1 says: -{185} password \*{3} …$/),
    });
  });
});

it.each<[string, object, string]>([
  ["may be new: nothing says that its sync failed", {}, "syncing"],
  ["was stopped for a reason", { syncDisabledReason: "by an admin" }, "failed"],
  ["failed before", { lastError: "401" }, "failed"],
  ["has synced before", { syncCompletedAt: "2026-01-01T00:00:00Z" }, "failed"],
])("a connector with a config, whose sync is disabled, %s", async (_what, shown, connection) => {
  const bench = createBench({
    getConnector: async (appId, id) => ({
      id,
      appId,
      status: "SYNC_STATUS_DISABLED",
      configUpdatedAt: "2026-01-01T00:00:00Z",
      ...shown,
    }),
  });
  expect((await bench.succeed(findConnectors, ARGS)).connector).toMatchObject({ connection });
});
