import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { afterEach, expect, it } from "vitest";
import { APPS, CONNECTORS, PEOPLE } from "../../src/sandbox/seed.ts";
import { createLeapingClock } from "../support/leaping-clock.ts";
import { createRig, type Rig } from "../support/rig.ts";

/* Sizes of results in o200k tokens, except for dry runs, which contain a whole request. */

const MOST = 220;
const tokens = (value: unknown) => encode(JSON.stringify(value)).length;

let rig: Rig;
afterEach(() => rig.close());

const OKTA_V2 = "2kG3aTftCcAvWtHZt2Ywry0dPn7";
const ECHOED = "00-echoed-credential-of-a-length-that-tokens-come-in-0123456789";
const SECRETS = {
  C1_MCP_SECRET_GOOD: "00-a-good-token-17",
  C1_MCP_SECRET_WRONG: ECHOED,
};
const okta = (secretRef: string) => ({
  okta_v2_domain: "acme.okta.example",
  okta_v2_api_token: { secretRef },
});
const PLACE = { appId: APPS.hr.id, connectorId: CONNECTORS.hrOkta.id };
const UPDATE = { ...PLACE, replaceWorking: true };
const CREATE = { appId: APPS.wiki.id, catalogId: OKTA_V2 };
const OWNERS = [PEOPLE.janeDoe.id, PEOPLE.samLee.id];

const CALLS: readonly [what: string, tool: string, args: object, unseen?: string][] = [
  ["an update", "update_connector", { ...UPDATE, config: okta("GOOD") }],
  ["an update that connects", "update_connector", { ...UPDATE, config: okta("GOOD"), waitSeconds: 60 }],
  ["an update that fails to", "update_connector", { ...UPDATE, config: okta("WRONG"), waitSeconds: 60 }],
  ["a sync", "sync_connector", PLACE],
  ["a sync that is waited for", "sync_connector", { ...PLACE, waitSeconds: 60 }],
  ["a sync that is not seen", "sync_connector", { ...PLACE, waitSeconds: 5 }, "connectors.get"],
  ["a preview of a sync", "sync_connector", { ...PLACE, dryRun: true }],
  ["a create that connects", "create_connector", { ...CREATE, config: okta("GOOD"), waitSeconds: 60 }],
  [
    "a create that fails to, with owners",
    "create_connector",
    { ...CREATE, config: okta("WRONG"), userIds: OWNERS, waitSeconds: 60 },
  ],
  ["a create without config", "create_connector", { ...CREATE, userIds: OWNERS, waitSeconds: 60 }],
  [
    "a create that is not seen",
    "create_connector",
    { ...CREATE, config: okta("GOOD"), userIds: OWNERS, waitSeconds: 5 },
    "connectors.get",
  ],
];

it.each(CALLS)(`%s takes at most ${MOST} tokens`, async (_what, tool, args, unseen) => {
  rig = await createRig({
    clock: createLeapingClock(),
    secrets: { env: SECRETS },
    sandbox: { syncQueueMs: 100, syncMs: 200 },
  });
  if (unseen !== undefined) rig.sandbox.forbid(unseen);
  const { isError, text, value } = await rig.call(tool, args);
  expect(isError, text).toBe(false);
  expect(JSON.parse(text)).toEqual(value);
  expect(tokens(value), text).toBeLessThanOrEqual(MOST);
});
