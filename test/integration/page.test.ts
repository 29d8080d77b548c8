import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { APPS } from "../../src/sandbox/seed.ts";
import { createRig, type Rig } from "../support/rig.ts";
import { Browser, readLink } from "../support/test-page.ts";

const SECRET = "00typed-canary-secret-42";
const ARGS = {
  appId: APPS.wiki.id,
  catalogId: "okta_v2",
  config: { okta_v2_domain: "acme.okta.example", okta_v2_api_token: { ask: true } },
};

let rig: Rig;
let browser: Browser;

beforeEach(async () => {
  rig = await createRig({ page: {} });
  if (!rig.page) throw new Error("there is no page");
  browser = new Browser(rig.page.room.handle);
});
afterEach(() => rig.close());

async function ask(args: object = ARGS, tool = "create_connector") {
  const { isError, text } = await rig.call(tool, args);
  expect(isError, text).toBe(true);
  expect(text).toMatch(/^\[person_needed\] /);
  return { ...readLink(text), text };
}

describe("a secret that is asked for", () => {
  it("is typed on the page, whose form does the write, and the next call tells of it", async () => {
    const { url, code, text } = await ask();
    expect(text).toMatch(
      /Okta v2.*type .*Ask them to open http:\/\/127\.0\.0\.1:43111\/page\/[\w-]{43} and enter the code \w{6} there, within 10 minutes\. Nothing was changed\. Call again/,
    );
    expect(rig.writes()).toEqual([]);
    const form = await browser.open(url);
    expect(form.status).toBe(200);
    expect(form.text).toContain("acme.okta.example");
    expect(form.text).toContain("rig/1");
    const end = await browser.send(url, form, { code, "secret-0": SECRET });
    expect(end.text).toMatch(/Done Created connector "Okta v2/);
    expect(rig.writes()).toHaveLength(1);
    const result = await rig.call("create_connector", ARGS);
    expect(result.isError, result.text).toBe(false);
    expect(result.value).toMatchObject({ connectorId: expect.any(String), connection: "syncing" });
    expect(rig.writes()).toHaveLength(1);
    expect(rig.audits.map(({ write, outcome, changed }) => [write, outcome, changed])).toEqual([
      [rig.intents[0]?.write, "person_needed", "no"],
      [rig.intents[0]?.write, "ok", "yes"],
      [rig.intents[0]?.write, "ok", "no"],
    ]);
    expect(JSON.stringify([rig.audits, rig.logs, result, end, form])).not.toContain(SECRET);
    expect((await rig.call("create_connector", ARGS)).text).toMatch(/^\[already_exists\]/);
  });
});
