import { beforeAll, expect, it } from "vitest";
import { Failure } from "../../../src/errors.ts";
import { createConnector } from "../../../src/tools/create-connector.ts";
import { idOf, SAM } from "../../support/fake-api.ts";
import { createBench } from "../../support/tool-bench.ts";

// Loaded in advance: on first use that takes real time, in which the clock of the bench would reach the deadline.
beforeAll(() => import("../../../src/connector-types/match.ts"));

const ARGS = { appId: idOf("app"), catalogId: "okta_v2", userIds: [SAM.id] };

/* Once its create was answered, the connector exists: problems with reading its owners must not make the call fail. */

it.each([
  ["the caller leaves", new Failure("cancelled", "The request was cancelled.")],
  ["the credential is taken back", new Failure("not_authenticated", "Refused.", { status: 401 })],
  ["C1 is busy", new Failure("unavailable", "Try later.", { status: 503 })],
])("a create is reported even if %s before its owners are read", async (_what, failure) => {
  const bench = createBench({ listOwners: () => Promise.reject(failure) });
  const { connectorId, unchecked } = await bench.succeed(createConnector, ARGS);
  expect(connectorId).toEqual(expect.any(String));
  expect(unchecked).toContain(`userIds: owners of the connector (${failure.code})`);
  expect(bench.audits).toMatchObject([{ outcome: "ok", changed: "yes" }]);
});

it("a create is reported if the look-up is aborted with the caller's own reason", async () => {
  const gone = new AbortController();
  const bench = createBench({
    listOwners: async () => {
      gone.abort(new Error("gone"));
      throw gone.signal.reason;
    },
  });
  const { connectorId } = await bench.succeed(createConnector, ARGS, { signal: gone.signal });
  expect(connectorId).toEqual(expect.any(String));
  expect(bench.audits).toMatchObject([{ outcome: "ok", changed: "yes" }]);
});
