import { expect, it } from "vitest";
import { describeRoles } from "../../../src/tools/roles.ts";

const ASK = "Ask a C1 administrator for the role.";

it.each([
  [{ names: ["A", "B"] }, `C1 documents this for A and B. ${ASK}`],
  [{ names: ["A", "B", "C"], subject: "seeing apps" }, `C1 documents seeing apps for A, B and C. ${ASK}`],
  [
    { names: ["A", "B"], connectorOwners: true as const },
    `C1 documents this for A and B, and for Application Admin on connectors they own. ${ASK}`,
  ],
  [{ names: [] }, "The credential has no effective role. Ask a C1 administrator to give it one."],
])("%j are put into words", (roles, words) => {
  expect(describeRoles(roles)).toBe(words);
});
