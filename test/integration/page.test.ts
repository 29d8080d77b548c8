import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { APPS } from "../../src/sandbox/seed.ts";
import { askFor, OKTA, openPageRig, TYPED, visit } from "../fixture/page.ts";
import { createLeapingClock } from "../support/leaping-clock.ts";
import type { Browser } from "../support/test-page.ts";

let rig: Awaited<ReturnType<typeof openPageRig>>;
let browser: Browser;

beforeEach(async () => {
  rig = await openPageRig();
  browser = rig.newBrowser();
});
afterEach(() => rig.close());

const call = (args: object = OKTA) => rig.call("create_connector", args);

describe("a secret to be typed", () => {
  it("is typed on the page, whose form performs the write, and the next call reports it", async () => {
    const asked = await askFor(rig);
    expect(asked.text).toMatch(
      /Okta v2.*type .*Ask them to open http:\/\/127\.0\.0\.1:43111\/page\/[\w-]{43} and enter the code \w{6} there, within 10 minutes\. Nothing was changed\. Call again/,
    );
    expect(rig.writes()).toEqual([]);
    const form = await browser.open(asked.url);
    expect(form.status).toBe(200);
    const end = await browser.send(asked.url, form, { code: asked.code, "secret-0": TYPED });
    expect(end.text).toMatch(/^Sent\. C1 is trying it … Created connector "Okta v2/);
    expect(rig.writes()).toHaveLength(1);
    const result = await call();
    expect(result.isError, result.text).toBe(false);
    expect(result.value).toMatchObject({ connectorId: expect.any(String), connection: "syncing" });
    expect(rig.writes()).toHaveLength(1);
    expect(rig.audits.map(({ write, outcome, changed }) => [write, outcome, changed])).toEqual([
      [rig.intents[0]?.write, "person_needed", "no"],
      [rig.intents[0]?.write, "ok", "yes"],
      [rig.intents[0]?.write, "ok", "no"],
    ]);
    const { body } = rig.writes()[0] as { body: unknown };
    expect(JSON.stringify(body)).toContain(TYPED);
    expect(rig.audits.map(({ consent }) => consent)).toEqual([undefined, "page", undefined]);
    expect(JSON.stringify([rig.audits, rig.logs, result, end, form, asked])).not.toContain(TYPED);
    expect((await call()).text).toMatch(/^\[already_exists\]/);
  });

  it.each([
    401, 429,
  ])("goes with its write alone, which C1 gets again after it answered %d", async (status) => {
    rig.sandbox.faults.add({ match: { operation: "connectors.create" }, do: { kind: "status", status } });
    expect((await visit(browser, await askFor(rig))).text).toMatch(/^Sent\. C1 is trying it/);
    const holding = rig.sandbox.requests.filter((request) => JSON.stringify(request).includes(TYPED));
    expect(holding.map((request) => [request.operation, request.status])).toEqual([
      ["connectors.create", status],
      ["connectors.create", 200],
    ]);
  });

  it("is sent along with values that the page shows, hosts first, and with who asks", async () => {
    const { url } = await askFor(rig);
    const { text, html, headers } = await browser.open(url);
    expect(text).toMatch(
      /An assistant that says it is "rig" asks for this\..*This page can be used for another (?:9|10) minutes, until \d\d:\d\d [\w:+-]+\. What will be sent to ConductorOne Setting Okta v2 domain: "acme\.okta\.example" Tenant: "sandbox" App: "Acme Wiki" Connector type: "Okta v2" Setting Okta v2 api token: "\(you type this\)" The exact request tenant: "sandbox" tool: "create_connector"/,
    );
    expect(html).toMatch(/<details>\s*<summary>The exact request<\/summary>/);
    expect(html).toMatch(/<title>[^<]* - c1-admin-mcp<\/title>/);
    expect(html).toContain("It is not a page of ConductorOne.");
    expect(text).toContain(APPS.wiki.displayName);
    expect(html).not.toMatch(/<script|\sstyle=|\son\w+=|https?:/);
    expect(headers["content-security-policy"]).toBe(
      "default-src 'none'; style-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    );
    expect(headers).toMatchObject({ "cache-control": "no-store", "referrer-policy": "no-referrer" });
    expect([headers["set-cookie"]].flat()[0]).toMatch(
      /^c1page_\w{16}=[\w-]+; Max-Age=\d+; Path=\/page\/; HttpOnly; SameSite=Strict$/,
    );
  });

  it("shows the way to log in under C1's name for it, and the request as it is", async () => {
    const config = { github_app_id: "123456", github_app_org: "acme", github_app_private_key: { ask: true } };
    const { url } = await askFor(rig, { ...OKTA, catalogId: "github_v2", config });
    const [plain = "", exact] = (await browser.open(url)).text.split("The exact request");
    expect(plain).toContain(' Way to log in: "Github app group"');
    expect(plain).not.toContain("C1_selected");
    expect(exact).toContain('.C1_selected_field_group_name: "github_app_group"');
  });

  it("says for how long the link can be used, whatever the machine's clock says meanwhile", async () => {
    const own = createLeapingClock();
    const other = await openPageRig({ clock: own });
    const { url } = await askFor(other);
    own.set(-3_600_000);
    const again = await askFor(other);
    await other.close();
    expect(again.url).toBe(url);
    expect(again.text).toMatch(/ within (?:9|10) minutes\. /);
  });

  it("waits under the same link until it is typed", async () => {
    const [first, second] = [await askFor(rig), await askFor(rig)];
    expect([second.url, second.code]).toEqual([first.url, first.code]);
    expect(first.text).not.toContain("sent from the page");
    expect(second.text).toMatch(/minutes\. Nothing was sent from the page yet\. Nothing was changed\. Call/);
    await browser.open(first.url);
    expect((await askFor(rig)).url).toBe(first.url);
    // The order of the arguments does not matter.
    const { config, ...rest } = OKTA;
    const turned = { config: Object.fromEntries(Object.entries(config).reverse()), ...rest };
    expect((await askFor(rig, turned)).url).toBe(first.url);
    // Nor does it matter how long the call would wait for C1.
    expect((await askFor(rig, { ...OKTA, waitSeconds: 30 })).url).toBe(first.url);
    await visit(browser, first);
    expect((await call({ ...OKTA, waitSeconds: 60 })).value.summary).toMatch(/^Created connector/);
  });

  it.each<[string, string, RegExp]>([
    ["nothing", "", /It is empty/],
    ["blanks", "   ", /It is empty/],
    [
      "a blank at its end",
      `${TYPED} `,
      /It ends with a space: paste it again, then delete its last character\./,
    ],
    ["a line break in it", `00typed\n${TYPED}`, /a character that does not show/],
    ["what turns the direction of reading", `00typed\u202e${TYPED}`, /a character that does not show/],
    ["too little", "short", /It is too short: at least 8 characters are needed/],
    ["too much", "x".repeat(33_000), /more than 32000 characters/],
  ])("is refused beside its field if it contains %s, before anything is sent", async (_what, value, words) => {
    const asked = await askFor(rig);
    rig.forget();
    const shown = await visit(browser, asked, { "secret-0": value });
    expect(shown.status).toBe(422);
    expect(shown.text).toMatch(words);
    expect(shown.html).toMatch(/aria-invalid="true" aria-describedby="secret-0-error"/);
    if (value.length > 7) expect(shown.html).not.toContain(value.trim());
    expect(rig.writes()).toEqual([]);
    expect((await visit(browser, asked)).text).toMatch(/^Sent\./);
  });

  it("need not get a right code again if only the secret is wrong, but never shows that", async () => {
    const asked = await askFor(rig);
    const shown = await visit(browser, asked, { "secret-0": `${TYPED} ` });
    expect(shown.fields).toMatchObject({ code: asked.code, "secret-0": "" });
    expect(shown.html).not.toContain(TYPED);
    expect(shown.html.match(/<[^>]* autofocus>/g)).toEqual([expect.stringContaining('name="secret-0"')]);
    const other = await rig.newBrowser().open(asked.url);
    expect(other.html).not.toContain(asked.code);
    // It counts like any other if it is changed.
    const wrong = await browser.send(asked.url, shown, { code: "AAAAAA", "secret-0": "short" });
    expect(wrong.fields).toMatchObject({ code: "", "secret-0": "" });
    expect(wrong.html).not.toContain(asked.code);
    expect((await browser.open(asked.url)).html).not.toContain(asked.code);
    expect((await browser.send(asked.url, shown, { "secret-0": TYPED })).text).toMatch(/^Sent\./);
  });

  it("needs the code beside the link; the fifth wrong one closes it, but none that is empty", async () => {
    const asked = await askFor(rig);
    const form = await browser.open(asked.url);
    for (let count = 1; count < 5; count += 1) {
      const empty = await browser.send(asked.url, form, { code: " - ", "secret-0": TYPED });
      expect([empty.status, empty.text]).toEqual([
        422,
        expect.stringMatching(/beside the link\. It is empty\./),
      ]);
      const shown = await browser.send(asked.url, form, { code: "AAAAAA", "secret-0": TYPED });
      expect(shown.status).toBe(422);
      expect(shown.text).toContain("That is not the code");
      expect(shown.text).toContain("Correct what is marked below; secrets must be typed again.");
      const left = /\S+ more wrong codes? closes? the link\./.exec(shown.text)?.[0];
      expect(left).toBe(
        [
          undefined,
          "3 more wrong codes close the link.",
          "2 more wrong codes close the link.",
          "One more wrong code closes the link.",
        ][count - 1],
      );
    }
    const closed = await browser.send(asked.url, form, { code: "AAAAAA", "secret-0": TYPED });
    expect(closed.text).toMatch(/wrong too often/);
    const late = await browser.send(asked.url, form, { code: asked.code, "secret-0": TYPED });
    expect(late.text).toMatch(/The code was entered wrongly too often.*Nothing was changed/);
    expect(rig.writes()).toEqual([]);
    expect((await call()).text).toBe(
      "[declined] The code was entered wrongly too often on the page, and its link is closed. Nothing was changed. If the person still wants it, call again for a new link with a new code.",
    );
    expect((await askFor(rig)).url).not.toBe(asked.url);
  });

  it("accepts the code as people write it", async () => {
    const asked = await askFor(rig);
    const code = ` ${asked.code.slice(0, 3).toLowerCase()}-${asked.code.slice(3)} `;
    expect((await visit(browser, { ...asked, code })).text).toMatch(/^Sent\./);
  });

  it("is no longer wanted when the person declines", async () => {
    const asked = await askFor(rig);
    const form = await browser.open(asked.url);
    expect((await browser.send(asked.url, form, { decision: "no" })).text).toMatch(/^You said no/);
    expect((await browser.send(asked.url, form, { code: asked.code, "secret-0": TYPED })).text).toMatch(
      /The person at the page said no\. Nothing was changed/,
    );
    expect((await call()).text).toMatch(/^\[declined\] The person at the page said no\. Nothing was changed/);
    expect(rig.writes()).toEqual([]);
  });

  it("is sent once, despite two tabs, going back and submitting again", async () => {
    const asked = await askFor(rig);
    const [one, two] = [await browser.open(asked.url), await browser.open(asked.url)];
    const typed = { code: asked.code, "secret-0": TYPED };
    const ends = await Promise.all([
      browser.send(asked.url, one, typed),
      browser.send(asked.url, two, typed),
      browser.send(asked.url, two, typed),
    ]);
    expect(ends.filter(({ text }) => /^Sent\./.test(text)).length).toBeGreaterThanOrEqual(1);
    for (const { text } of ends)
      expect(text).toMatch(/^(?:Sent\.|Connected|It is being done|This page was used already)/);
    expect((await browser.send(asked.url, one, typed)).text).toMatch(/^(?:Sent\.|Connected).* Created/);
    expect((await browser.open(asked.url)).text).toMatch(/^(?:Sent\.|Connected).* Created/);
    expect(rig.writes()).toHaveLength(1);
    expect((await call()).isError).toBe(false);
  });

  it("shows what has changed since it was opened, and asks again", async () => {
    const args = { ...OKTA, ifExists: "create" };
    const asked = await askFor(rig, args);
    const form = await browser.open(asked.url);
    await rig.call("create_connector", {
      ...args,
      config: { ...OKTA.config, okta_v2_api_token: { secretRef: "OKTA_V2_API_TOKEN" } },
    });
    rig.forget();
    const typed = { code: asked.code, "secret-0": TYPED };
    const shown = await browser.send(asked.url, form, typed);
    expect(shown.status).toBe(409);
    expect(shown.text).toMatch(/What is shown here has changed.*exists already: /);
    expect(rig.writes()).toEqual([]);
    expect((await browser.send(asked.url, shown, typed)).text).toMatch(/^Sent\./);
    expect(rig.writes()).toHaveLength(1);
  });

  it("asks again for a form without a decision", async () => {
    const asked = await askFor(rig);
    const form = await browser.open(asked.url);
    const typed = { code: asked.code, "secret-0": TYPED };
    const shown = await browser.send(asked.url, form, { ...typed, decision: "" });
    expect([shown.status, shown.text]).toEqual([
      422,
      expect.stringMatching(/without a yes or no\. Nothing was sent/),
    ]);
    expect(rig.writes()).toEqual([]);
    expect((await browser.send(asked.url, shown, typed)).text).toMatch(/^Sent\./);
  });

  it("reports C1's refusal on the page and to the assistant", async () => {
    const asked = await askFor(rig);
    const form = await browser.open(asked.url);
    rig.sandbox.faults.add({
      match: { operation: "connectors.create" },
      do: { kind: "status", status: 400 },
    });
    const end = await browser.send(asked.url, form, { code: asked.code, "secret-0": TYPED });
    expect(end.text).toMatch(/^This was not done .*Nothing was changed\.$/);
    const result = await call();
    expect(result.text).toMatch(/^\[rejected\] .*Nothing was changed/);
    expect(result.text).not.toContain(TYPED);
  });

  it("remains usable while the tenant is unreachable", async () => {
    const asked = await askFor(rig);
    rig.sandbox.faults.add({ match: { method: "GET" }, times: 50, do: { kind: "status", status: 403 } });
    const shown = await browser.open(asked.url);
    rig.sandbox.faults.clear();
    expect([200, 409]).toContain(shown.status);
    expect((await visit(browser, asked)).text).toMatch(/^Sent\./);
  });
});

describe("the option to ask a person is mentioned for", () => {
  it("an unknown secretRef, and a literal secret", async () => {
    const token = (value: unknown) => call({ ...OKTA, config: { ...OKTA.config, okta_v2_api_token: value } });
    expect((await token({ secretRef: "NOT_THERE" })).text).toMatch(
      /^\[not_configured\] .*Give \{"ask": true\} in its place/,
    );
    expect((await token("00-written-out")).text).toMatch(
      /^\[secret_refused\][\s\S]*give \{"ask": true\}, so that a person types it, or \{"secretRef": "OKTA_V2_API_TOKEN"\}/,
    );
  });

  it("a dry run, which asks nobody", async () => {
    const { isError, text, value } = await call({ ...OKTA, dryRun: true });
    expect(isError, text).toBe(false);
    expect(JSON.stringify(value.request)).toContain("(a person types this)");
    expect(rig.page?.loaded()).toBeUndefined();
  });

  it("is refused for a field that is not secret, beside another value, and with any value but true", async () => {
    const wrong = async (config: object) =>
      (await call({ ...OKTA, config: { ...OKTA.config, ...config } })).text;
    expect(await wrong({ okta_v2_domain: { ask: true } })).toMatch(/okta_v2_domain: is no secret field/);
    expect(await wrong({ okta_v2_api_token: { ask: "yes" } })).toMatch(/its ask must be true/);
    expect(await wrong({ okta_v2_api_token: { ask: true, secretRef: "OKTA" } })).toMatch(
      /something beside its ask/,
    );
    expect(rig.page?.loaded()).toBeUndefined();
  });
});

describe("update_connector", () => {
  it("can also have a secret asked for", async () => {
    const { value } = await call({
      ...OKTA,
      config: { ...OKTA.config, okta_v2_api_token: { secretRef: "OKTA_V2_API_TOKEN" } },
    });
    const args = {
      appId: OKTA.appId,
      connectorId: value.connectorId,
      config: OKTA.config,
      replaceWorking: true,
    };
    const asked = await askFor(rig, args, "update_connector");
    rig.forget();
    const form = await browser.open(asked.url);
    expect(form.text).toContain("(you type this)");
    expect((await browser.send(asked.url, form, { code: asked.code, "secret-0": TYPED })).text).toMatch(
      /^Sent\. C1 is trying it … Updated the config of/,
    );
    expect((await rig.call("update_connector", args)).value.summary).toMatch(/^Updated the config/);
    expect(rig.writes()).toHaveLength(1);
  });
});
