import { expect, it } from "vitest";
import { findPolicies } from "../../../src/tools/find-policies.ts";
import { idOf } from "../../support/fake-api.ts";
import { createBench } from "../../support/tool-bench.ts";

it("find_policies tells policies of one name apart by their descriptions", async () => {
  const named = { displayName: "Two-step approval", policyType: "POLICY_TYPE_GRANT" };
  const items = [
    { ...named, id: idOf("one"), description: "The manager,\nthen the app owner." },
    { ...named, id: idOf("two"), description: "" },
    { ...named, id: idOf("old"), deletedAt: "2026-01-01T00:00:00Z" },
  ];
  const bench = createBench({ searchPolicies: async () => ({ items }) });
  const row = { displayName: "Two-step approval", type: "GRANT" };
  expect(await bench.succeed(findPolicies, { query: "two-step" })).toEqual({
    items: [
      { ...row, id: idOf("one"), description: "The manager, then the app owner." },
      { ...row, id: idOf("two") },
    ],
  });
});
