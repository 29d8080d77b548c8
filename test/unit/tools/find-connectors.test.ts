import { expect, it } from "vitest";
import { findConnectors } from "../../../src/tools/find-connectors.ts";
import { idOf, JANE, SAM } from "../../support/fake-api.ts";
import { createBench } from "../../support/tool-bench.ts";

const ARGS = { appId: idOf("app"), connectorId: idOf("connector") };

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
