import { afterEach, beforeEach, expect, it } from "vitest";
import { createRig, type Rig } from "../support/rig.ts";
import { accessToken, raw, type Stub, startStub } from "../unit/c1/stub-tenant.ts";

/* A page may be longer than requested; 200,000 rows still fit into the largest accepted response. */

let rig: Rig;
let stub: Stub;
beforeEach(async () => {
  stub = await startStub();
  rig = await createRig({ serverUrl: stub.url, credential: () => accessToken });
});
afterEach(async () => {
  await rig.close();
  await stub.close();
});

it("a list with an oversized page is reported as too long", async () => {
  const row = `{"id":"${"e".repeat(27)}"}`;
  const answer = raw(200, `{"list":[${Array(200_000).fill(row).join(",")}]}`);
  stub.respond = answer;
  const { text } = await rig.call("create_app", { displayName: "Acme CRM" });
  expect(text).toMatch(/^\[ambiguous_reference\]/);
});
