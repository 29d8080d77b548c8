import { afterEach, beforeEach, expect, it } from "vitest";
import { auditsIn } from "../fixture/tenant.ts";
import { createRig, type Rig } from "../support/rig.ts";

/* A caller's config values must not be masked where they occur in the server's own words or records. */

const EVE = "user:eve@acme.example";
const APP = "a".repeat(27);
const TYPE = "b".repeat(27);

let rig: Rig;
beforeEach(async () => {
  rig = await createRig();
});
afterEach(() => rig.close());

const hideAndWrite = (words: readonly string[]) =>
  rig.call(
    "create_connector",
    { appId: APP, catalogId: TYPE, config: { "@type": "any.Message", words } },
    { principal: EVE },
  );

it("a secret equal to the caller's name leaves that name in the audit record", async () => {
  await hideAndWrite([EVE]);
  expect(auditsIn(rig.logs)).toMatchObject([{ tool: "create_connector", principal: EVE }]);
});

it("a secret equal to a failure code leaves that code in the answer", async () => {
  const { text } = await hideAndWrite(["[not_found] ", "Nothing was changed."]);
  expect(text).toMatch(/^\[[a-z_]+\] .* Nothing was changed\./);
});
