import { afterEach, beforeEach, expect, it } from "vitest";
import { createRig, type Rig } from "../support/rig.ts";
import { accessToken, json, type Stub, startStub } from "../unit/c1/stub-tenant.ts";

/* Somebody else creates the same object at the moment of our write, which C1 does not run. */

const APP = "a".repeat(27);
const OTHER = "d".repeat(27);

let rig: Rig;
let stub: Stub;
beforeEach(async () => {
  stub = await startStub();
  const secrets = { env: { C1_MCP_SECRET_OKTA: "the-okta-token-of-acme" } };
  rig = await createRig({ serverUrl: stub.url, credential: () => accessToken, secrets, timeoutMs: 3_000 });
});
afterEach(async () => {
  await rig.close();
  await stub.close();
});

/** Reads return the rows. The write gets the status and code as its answer, and from then on the other's row exists. */
function refuseAndShow(write: string, row: (body: object) => object, status: number, code: number): void {
  let list: object[] = [];
  stub.respond = (response, seen, count) => {
    const isWrite = seen.method === "POST" && seen.path === write;
    if (isWrite) list = [row(JSON.parse(seen.body) as object)];
    const isList = seen.path.includes("/connectors?") || seen.path === "/api/v1/search/apps";
    const read = isList ? json(200, { list }) : json(404, { code: 5, message: "not found" });
    const answer = isWrite ? json(status, { code, message: "no" }) : read;
    answer(response, seen, count);
  };
}

it("an app with that name, if C1 says that ours exists already", async () => {
  refuseAndShow(
    "/api/v1/apps",
    (body) => ({ ...body, id: OTHER, createdAt: new Date().toISOString() }),
    409,
    6,
  );
  const { text } = await rig.call("create_app", { displayName: "Acme CRM" });
  expect(text).not.toContain("Created");
  expect(rig.audits).toMatchObject([{ changed: expect.not.stringMatching("yes") }]);
});

it("a connector of that type, whose visible config is different", async () => {
  const configuration = { okta_v2_domain: { stringValue: "another-company.okta.com" } };
  refuseAndShow(
    `/api/v1/apps/${APP}/connectors/create`,
    ({ catalogId }: { catalogId?: string }) => ({
      connector: {
        id: OTHER,
        appId: APP,
        catalogId,
        createdAt: new Date().toISOString(),
        config: { configuration },
      },
    }),
    503,
    14,
  );
  const { text } = await rig.call("create_connector", {
    appId: APP,
    catalogId: "okta_v2",
    config: { okta_v2_domain: "acme.okta.com", okta_v2_api_token: { secretRef: "OKTA" } },
  });
  expect(text).toMatch(/^\[outcome_unknown\]/);
});
