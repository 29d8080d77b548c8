import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { passed } from "../faults/run-cell.ts";
import { askFor, OKTA, openPageRig, TYPED, visit } from "../fixture/page.ts";
import { createLeapingClock } from "../support/leaping-clock.ts";
import { createShiftedClock, type ShiftedClock } from "../support/shifted-clock.ts";
import type { Browser, Shown } from "../support/test-page.ts";
import { until } from "../support/until.ts";

/* After a form was sent, the page shows whether C1 can use the config. */

const MINUTE = 60_000;
const WRONG = "00wrong-credential-of-nobody";
const GO_BACK = "Go back to your assistant and tell it that you are done.";

let rig: Awaited<ReturnType<typeof openPageRig>>;
let browser: Browser;
let clock: ShiftedClock;

beforeEach(() => open());
afterEach(() => rig.close());

/** The tenant syncs for a minute, which passes when the test advances the clock. */
async function open(options: Parameters<typeof openPageRig>[0] = {}): Promise<void> {
  clock = createShiftedClock();
  await rig?.close();
  rig = await openPageRig({ clock, sandbox: { syncQueueMs: 0, syncMs: MINUTE }, ...options });
  browser = rig.newBrowser();
}

/** The address that the page reloads, and after how many seconds. */
function readRefresh({ headers }: Shown): { readonly seconds: number; readonly url: string } | undefined {
  const [, seconds, path] = /^(\d+);url=(\/page\/[\w-]+)$/.exec(String(headers.refresh)) ?? [];
  return path === undefined ? undefined : { seconds: Number(seconds), url: `http://127.0.0.1:43111${path}` };
}

async function send(
  secret: string,
  args: object = OKTA,
  tool?: string,
): Promise<{ shown: Shown; url: string }> {
  const shown = await visit(browser, await askFor(rig, args, tool), { "secret-0": secret });
  const { seconds, url = "" } = readRefresh(shown) ?? {};
  expect(seconds).toBe(3);
  return { shown, url };
}

describe("a submitted page", () => {
  it("claims nothing before C1 has tried the config, and reloads by itself", async () => {
    const { shown, url } = await send(TYPED);
    expect(shown.text).toMatch(
      /^Sent\. C1 is trying it … Created connector "Okta v2" in app "Acme Wiki" of sandbox\. This page refreshes itself/,
    );
    expect(shown.html).not.toMatch(/<script|http-equiv/);
    const later = await browser.open(url);
    expect(later.text).toMatch(/^Sent\. C1 is trying it …/);
    expect(readRefresh(later)).toEqual({ seconds: 3, url });
    expect(later.headers).toMatchObject({
      "cache-control": "no-store",
      "content-security-policy": shown.headers["content-security-policy"],
    });
    clock.advance(MINUTE / 2);
    expect(readRefresh(await browser.open(url))).toEqual({ seconds: 10, url });
  });

  it("tells a second tab that it was sent, however long the caller waits, and for no longer than its own", async () => {
    const asked = await askFor(rig, { ...OKTA, waitSeconds: 600 });
    await visit(browser, asked);
    const path = new URL(asked.url).pathname;
    const second = await browser.open(asked.url);
    expect(second.text).toMatch(/^Sent\. C1 is trying it …/);
    expect(second.headers.refresh).toBe(`3;url=${path}`);
    clock.advance(MINUTE / 2);
    expect((await browser.open(asked.url)).headers.refresh).toBe(`10;url=${path}`);
  });

  it("reports that the connector is connected", async () => {
    const { url } = await send(TYPED);
    clock.advance(MINUTE);
    const shown = await browser.open(url);
    expect(shown.text).toBe(
      `Connected Created connector "Okta v2" in app "Acme Wiki" of sandbox; the connector is connected. ${GO_BACK}`,
    );
    expect(readRefresh(shown)).toBeUndefined();
  });

  it("reports why C1 could not connect, in the assistant's words", async () => {
    const { url } = await send(WRONG, { ...OKTA, waitSeconds: 1 });
    clock.advance(MINUTE);
    const shown = await browser.open(url);
    const told = await rig.call("create_connector", { ...OKTA, waitSeconds: 1 });
    const { appId, connectorId } = told.value;
    const { value } = await rig.call("find_connectors", { appId, connectorId });
    const { lastError } = value.connector as { lastError: string };
    expect(lastError).toBe("C1 says: 401 Unauthorized: invalid token provided");
    expect(shown.text).toBe(
      `Sent, but C1 could not connect Created connector "Okta v2" in app "Acme Wiki" of sandbox; its sync failed. ${lastError} Go back to your assistant and tell it that you are done: it can give you a new link to correct this.`,
    );
    expect(readRefresh(shown)).toBeUndefined();
  });

  it("does not mistake a failure of the previous config for one of the new config", async () => {
    await open({ sandbox: { syncQueueMs: MINUTE, syncMs: 1_000, staleStatus: true } });
    const created = await rig.call("create_connector", {
      ...OKTA,
      config: { ...OKTA.config, okta_v2_api_token: { secretRef: "OKTA_V2_API_TOKEN" } },
    });
    const place = { appId: OKTA.appId, connectorId: created.value.connectorId };
    clock.advance(2 * MINUTE);
    const first = await send(
      WRONG,
      { ...place, config: OKTA.config, replaceWorking: true },
      "update_connector",
    );
    expect((await browser.open(first.url)).text).toMatch(/^Sent\. C1 is trying it …/);
    clock.advance(MINUTE + 2_000);
    const second = await send(TYPED, { ...place, config: OKTA.config }, "update_connector");
    expect((await browser.open(second.url)).text).toMatch(/^Sent\. C1 is trying it … Updated the config of/);
    clock.advance(MINUTE + 2_000);
    expect((await browser.open(second.url)).text).toMatch(/^Connected Updated the config of/);
  });

  it("says after five minutes that the result is not known yet, and stops reloading", async () => {
    await open({ sandbox: { syncMs: 60 * MINUTE } });
    const { url } = await send(TYPED);
    clock.advance(5 * MINUTE);
    const shown = await browser.open(url);
    expect(shown.text).toMatch(
      /^Sent\. Whether it works is not known yet Created connector .* you are done\.$/,
    );
    expect(readRefresh(shown)).toBeUndefined();
    clock.advance(10 * MINUTE);
    const late = await browser.open(url);
    expect(late.text).toMatch(/^This page has expired If you sent it, your assistant can tell/);
    expect((await browser.send(url, shown, {})).text).toMatch(/If you had sent it before, your assistant/);
    expect(rig.writes()).toHaveLength(1);
  });

  it("continues while C1 does not respond, and says only what is known", async () => {
    const { url } = await send(WRONG);
    clock.advance(2_000);
    rig.sandbox.faults.add({
      match: { operation: "connectors.get" },
      times: 50,
      do: { kind: "status", status: 403 },
    });
    const shown = await browser.open(url);
    expect(shown.text).toMatch(/^Sent\. C1 is trying it …/);
    expect(readRefresh(shown)).toBeDefined();
  });

  it("does not reload for people who disable that", async () => {
    const { shown, url } = await send(TYPED);
    expect(shown.html).toContain(`<a href="${new URL(url).pathname}?still">stop refreshing</a>`);
    const still = await browser.open(`${url}?still`);
    expect(still.text).toMatch(/^Sent\. C1 is trying it …/);
    expect(readRefresh(still)).toBeUndefined();
    clock.advance(2_000);
    expect(still.html).toContain('?still">Look again</a>');
  });

  it("shows this in no other browser, and performs no second write", async () => {
    const { shown, url } = await send(TYPED);
    const stranger = await rig.newBrowser().open(url);
    expect(stranger.status).toBe(403);
    expect(stranger.text).not.toContain("Okta");
    const again = await browser.send(url, shown, { code: "AAAAAA", "secret-0": TYPED, seen: "x" });
    expect(again.text).toMatch(/^Sent\. C1 is trying it …/);
    expect((await browser.send(url, shown, { decision: "no" })).text).toMatch(/^Sent\. C1 is trying it …/);
    expect(rig.writes()).toHaveLength(1);
  });

  it("speaks of no secrets where it asks for none", async () => {
    await open({ confirm: true });
    const asked = await askFor(rig, { displayName: "Followed CRM" }, "create_app");
    const shown = await visit(browser, { ...asked, code: "AAAAAA" }, {});
    expect(shown.text).toContain("Correct what is marked below. ");
  });

  it("has nothing to follow if a person only agreed to an app", async () => {
    await open({ confirm: true });
    const args = { displayName: "Followed CRM" };
    const asked = await askFor(rig, args, "create_app");
    const shown = await visit(browser, asked, {});
    expect(shown.text).toMatch(/^Done Created app "Followed CRM" .* you are done\.$/);
    expect(shown.headers.refresh).toBeUndefined();
  });
});

it.each([
  ["", 0],
  [", although the machine's clock was set back", -60 * MINUTE],
])("an expired link is called unused, and works no more%s", async (_how, ms) => {
  const asked = await askFor(rig);
  clock.set(ms);
  clock.advance(10 * MINUTE);
  const anew = await askFor(rig);
  expect(anew.text).toContain(" The earlier link expired unused. Nothing was changed. Call again");
  expect(anew.url).not.toBe(asked.url);
  expect((await visit(browser, asked)).text).toMatch(/^This page has expired/);
  expect(rig.writes()).toEqual([]);
});

it("a form that arrives after its page expired was not sent, and the person is told so", async () => {
  const asked = await askFor(rig);
  const form = await browser.open(asked.url);
  clock.advance(10 * MINUTE);
  const late = await browser.send(asked.url, form, { code: asked.code, "secret-0": TYPED });
  expect(late.status).toBe(410);
  expect(late.text).toMatch(
    /^This page has expired This form arrived after that, so nothing in it was sent: ask .* new link\./,
  );
  expect(late.html).not.toContain(TYPED);
  expect((await browser.open(asked.url)).text).toMatch(/^This page has expired If you sent it/);
  expect(rig.writes()).toEqual([]);
});

it("an outcome is told although the machine's clock was set forward meanwhile", async () => {
  await send(TYPED);
  clock.set(60 * MINUTE);
  expect((await rig.call("create_connector", OKTA)).value.summary).toMatch(/^Created connector /);
  expect(rig.writes()).toHaveLength(1);
});

describe("the next call, which did not wait for C1", () => {
  /** Creates a connector that works, for a config to replace. */
  async function makeWorking(): Promise<object> {
    const config = { ...OKTA.config, okta_v2_api_token: { secretRef: "OKTA_V2_API_TOKEN" } };
    const { value } = await rig.call("create_connector", { ...OKTA, config });
    clock.advance(2 * MINUTE);
    return { appId: OKTA.appId, connectorId: value.connectorId, config: OKTA.config, replaceWorking: true };
  }

  const REASON = "C1 says: 401 Unauthorized: invalid token provided";

  it.each<[string, string, object]>([
    ["create_connector", WRONG, { connection: "failed", lastError: REASON }],
    ["create_connector", TYPED, { connection: "connected" }],
    ["update_connector", WRONG, { connection: "failed", lastError: REASON }],
    ["update_connector", TYPED, { connection: "connected" }],
  ])("is told by %s what C1 said of %s since", async (tool, secret, told) => {
    const args = tool === "create_connector" ? OKTA : await makeWorking();
    await send(secret, args, tool);
    clock.advance(MINUTE);
    rig.forget();
    const { isError, text, value } = await rig.call(tool, args);
    expect(isError, text).toBe(false);
    expect(value).toMatchObject(told);
    expect(value).not.toHaveProperty("unchecked");
    expect(value.next).toBe(
      secret === WRONG
        ? "correct the config with update_connector"
        : "add_connector_user_owner, if its owners are still to be named",
    );
    expect(value.summary).toMatch(
      secret === WRONG ? /; its sync failed\.$/ : /; the connector is connected\.$/,
    );
    expect(rig.requests().map(({ operation }) => operation)).toEqual(["connectors.get"]);
  });

  it.each(["create_connector", "update_connector"])("is told by %s that C1 still syncs", async (tool) => {
    const args = tool === "create_connector" ? OKTA : await makeWorking();
    await send(WRONG, args, tool);
    clock.advance(MINUTE / 2);
    const { value } = await rig.call(tool, args);
    expect(value).toMatchObject({
      summary: expect.stringMatching(/; its sync has not ended yet\.$/),
      connection: "syncing",
      next: "not synced yet, which is no failure: look with find_connectors",
    });
  });

  it("is told what C1 said after a wait that ended before", async () => {
    const args = { ...OKTA, waitSeconds: 1 };
    await send(WRONG, args);
    clock.advance(1_000);
    await rig.registry.settled();
    clock.advance(2 * MINUTE);
    const { value } = await rig.call("create_connector", args);
    expect(value).toMatchObject({
      summary: expect.stringMatching(/sandbox; its sync failed\.$/),
      connection: "failed",
      lastError: REASON,
    });
  });

  it("is not told what that wait could not see, once it was seen", async () => {
    const args = { ...OKTA, waitSeconds: 1 };
    rig.sandbox.faults.add({
      match: { operation: "connectors.get" },
      times: 50,
      do: { kind: "status", status: 403 },
    });
    await send(TYPED, args);
    clock.advance(1_000);
    await rig.registry.settled();
    rig.sandbox.faults.clear();
    clock.advance(MINUTE);
    const { value } = await rig.call("create_connector", args);
    expect(value).toMatchObject({ connection: "connected" });
    expect(value).not.toHaveProperty("unchecked");
  });

  it("gets the result of the write if C1 cannot be asked, and where to look", async () => {
    await send(WRONG);
    clock.advance(MINUTE);
    const match = { operation: "connectors.get" };
    rig.sandbox.faults.add({ match, times: 50, do: { kind: "status", status: 403 } });
    const { isError, value } = await rig.call("create_connector", OKTA);
    expect(isError).toBe(false);
    expect(value).toMatchObject({
      summary: expect.stringMatching(/^Created connector .* of sandbox\.$/),
      next: "look with find_connectors how it stands",
      unchecked: ["how the connector stands by now (forbidden)"],
    });
  });

  it("does not get the outcome used up by a call that is cancelled meanwhile", async () => {
    await send(WRONG);
    clock.advance(MINUTE);
    const cancel = new AbortController();
    const match = { operation: "connectors.get" };
    rig.sandbox.faults.add({ match, times: 1, do: { kind: "latency", ms: 400 } });
    rig.forget();
    const calling = rig.call("create_connector", OKTA, { signal: cancel.signal });
    await until("the look", () => rig.requests().length > 0);
    cancel.abort();
    expect((await calling).text).toMatch(
      /^\[outcome_unknown\] The call was ended, but its page had been sent/,
    );
    expect((await rig.call("create_connector", OKTA)).value).toMatchObject({ connection: "failed" });
    expect(rig.writes()).toEqual([]);
  });

  it.each([
    ["local", "The credential is entered where the server is set up"],
    ["user:jane", "The server's operator corrects the credential"],
  ])("is told once who corrects the credential that C1 refused there (%s)", async (principal, where) => {
    const asked = await askFor(rig, OKTA, "create_connector", { principal });
    const match = { operation: "connectors.create" };
    rig.sandbox.faults.add({ match, times: 2, do: { kind: "status", status: 401 } });
    await visit(browser, asked);
    const { text } = await rig.call("create_connector", OKTA, { principal });
    expect(text).toMatch(/^\[not_authenticated\] /);
    expect(text.split(where)).toHaveLength(2);
  });

  it("is told of a connector that C1 does not show any more", async () => {
    await send(TYPED);
    const connector = rig.sandbox.state.connectors.at(-1);
    Object.assign(connector ?? {}, { deletedAt: new Date(clock.now()).toISOString() });
    expect((await rig.call("create_connector", OKTA)).value).toMatchObject({
      summary: expect.stringMatching(/^Created connector /),
      unchecked: ["how the connector stands by now (not_found)"],
    });
  });

  it("repeats no reason of C1 when the typed secret is not masked any more", async () => {
    const leaping = createLeapingClock();
    await rig.close();
    rig = await openPageRig({ clock: leaping, sandbox: { syncMs: 12 * MINUTE } });
    const args = { ...OKTA, waitSeconds: 600 };
    await visit(rig.newBrowser(), await askFor(rig, args), { "secret-0": "00typed-echoed-credential-42" });
    await leaping.lapse(rig.registry.settled());
    await passed(leaping, 6 * MINUTE);
    const { value, text } = await rig.call("create_connector", args);
    expect(value).toMatchObject({ connection: "failed", lastError: "C1 says: ***" });
    expect(text).not.toContain("echoed");
  });
});
