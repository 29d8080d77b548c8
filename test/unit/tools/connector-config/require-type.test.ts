import { expect, it } from "vitest";
import { Failure } from "../../../../src/errors.ts";
import { requireKnownType } from "../../../../src/tools/connector-config/require-type.ts";
import { createFakeRun } from "../../../support/fake-run.ts";

const NEW = "2zzzzzzzzzzzzzzzzzzzzzzzzzz";
/** As if the tenant had no such operation. */
const gone = () => Promise.reject(new Failure("not_found", "No.", { status: 404 }));

it("refuses a type that C1 says it does not have, if it knows others", async () => {
  const { run } = createFakeRun({
    getSchema: async () => ({ fields: [], groups: [], isOauth2: false, requiresExternalConnector: false }),
  });
  run.absent.push("catalogId", "appId", "catalogId");
  await expect(requireKnownType("catalogId", NEW, run)).rejects.toMatchObject({
    code: "not_found",
    next: "Give the type's slug or exact name, or look for it with find_connector_types.",
  });
  expect(run.unchecked).toEqual([]);
  // The failure names the argument already, and is not to be completed by it.
  expect(run.absent).toEqual(["appId"]);
});

it("accepts it if the tenant shows nothing of its catalog, and asks nothing if it showed the type", async () => {
  const { run, api } = createFakeRun({ getSchema: gone });
  run.absent.push("catalogId");
  await requireKnownType("catalogId", NEW, run);
  expect(api.reached).toHaveLength(1);
  const other = createFakeRun();
  await requireKnownType("catalogId", NEW, other.run);
  expect(other.api.reached).toEqual([]);
});
