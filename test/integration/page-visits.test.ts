import { afterEach, describe, expect, it } from "vitest";
import { secretFromValue } from "../../src/config/secret-file.ts";
import { createLocalShared } from "../../src/replicas/local.ts";
import { AskAgain } from "../../src/tools/ask-person.ts";
import type { ToolContext } from "../../src/tools/context.ts";
import { Deferred, type PendingWait } from "../../src/tools/deferral.ts";
import type { Kept, Visited, Visits } from "../../src/tools/visits.ts";
import { passed } from "../faults/run-cell.ts";
import { askFor, OKTA, openPageRig, TYPED, visit } from "../fixture/page.ts";
import { createLeapingClock } from "../support/leaping-clock.ts";

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function open(options: Parameters<typeof openPageRig>[0] = {}) {
  const rig = await openPageRig(options);
  closers.push(rig.close);
  return rig;
}

type Rig = Awaited<ReturnType<typeof open>>;

const call = (rig: Rig, context: Partial<ToolContext> = {}, args: object = OKTA) =>
  rig.call("create_connector", args, context);

const codeIn = (message: string) => /code: (\w{6})$/.exec(message)?.[1] ?? "";

/** A client that shows links while the call is open. */
function visitsOf(
  answer: (link: { url: string; code: string }) => Promise<Visited>,
): Visits & { ended: string[] } {
  const ended: string[] = [];
  return {
    ended,
    patienceMs: 300_000,
    show: async ({ url }, message) => answer({ url, code: codeIn(message) }),
    done: (id) => void ended.push(id),
  };
}

describe("a client that shows links while its call is open", () => {
  it("gets the outcome of the page, and learns that it is finished", async () => {
    const clock = createLeapingClock();
    const rig = await open({ clock });
    const visits = visitsOf(async (link) => {
      clock.after(1_000, () => void visit(rig.newBrowser(), link));
      return "opened";
    });
    const { isError, text, value } = await call(rig, { visits });
    expect(isError, text).toBe(false);
    expect(value.summary).toMatch(/^Created connector/);
    expect(visits.ended).toEqual([rig.intents[0]?.write]);
    expect(rig.writes()).toHaveLength(1);
  });

  it("need not report that the page was opened", async () => {
    const rig = await open();
    const visits = visitsOf(async (link) => {
      await visit(rig.newBrowser(), link);
      return new Promise(() => undefined);
    });
    expect((await call(rig, { visits })).value.summary).toMatch(/^Created connector/);
  });

  it.each<[Visited, RegExp]>([
    ["declined", /^\[declined\] The person who was asked to open the page said no\. Nothing was changed\./],
    ["dismissed", /^\[declined\] .*closed the question, or nobody is there\. Nothing was changed\./],
    ["expired", /^\[declined\] Nobody said in time .*Nothing was changed\./],
  ])("gets the answer that a person %s, and the page is closed", async (visited, words) => {
    const rig = await open();
    let link = { url: "", code: "" };
    const visits = visitsOf(async (shown) => {
      link = shown;
      return visited;
    });
    expect((await call(rig, { visits })).text).toMatch(words);
    expect((await rig.newBrowser().open(link.url)).text).toMatch(/^This page is no longer needed/);
    expect(rig.writes()).toEqual([]);
  });

  it("gets the outcome of a page that was submitted before the no", async () => {
    const rig = await open();
    const visits = visitsOf(async (link) => {
      await visit(rig.newBrowser(), link);
      return "declined";
    });
    expect((await call(rig, { visits })).value.summary).toMatch(/^Created connector/);
  });

  it("gets a pending wait, if it takes one, when the page was sent and only C1 is waited for", async () => {
    const clock = createLeapingClock();
    const rig = await open({ clock, sandbox: { syncMs: 3_600_000 } });
    const visits = visitsOf(async (link) => {
      await visit(rig.newBrowser(), link);
      return "opened";
    });
    const taken: PendingWait[] = [];
    const deferral = { patienceMs: 500, takes: (pending: PendingWait) => taken.push(pending) > 0 };
    const calling = call(rig, { visits, deferral }, { ...OKTA, waitSeconds: 40 });
    await expect(calling).rejects.toBeInstanceOf(Deferred);
    const [{ id: connectorId } = { id: "" }] = rig.sandbox.state.connectors.slice(-1);
    expect(taken).toMatchObject([
      { tool: "create_connector", target: { connectorId }, seconds: 40, isQuiet: true },
    ]);
    expect(JSON.stringify(taken)).not.toContain(TYPED);
    // The call has its record; that of the page follows when its own wait ends.
    expect(rig.audits).toMatchObject([{ outcome: "ok", changed: "no", write: rig.intents[0]?.write }]);
    await clock.lapse(rig.registry.settled());
    expect(rig.audits.map(({ changed }) => changed)).toEqual(["no", "yes"]);
  });

  it("passes on the link if it cannot show one after all", async () => {
    const rig = await open();
    const asked = await askFor(rig, OKTA, "create_connector", {
      visits: visitsOf(async () => "unavailable"),
    });
    expect((await visit(rig.newBrowser(), asked)).text).toMatch(/^Sent\./);
  });

  it("that cancels closes the page with its call", async () => {
    const clock = createLeapingClock();
    const rig = await open({ clock });
    const controller = new AbortController();
    let link = { url: "", code: "" };
    const visits = visitsOf(async (shown) => {
      link = shown;
      clock.after(1_000, () => controller.abort());
      return "opened";
    });
    const { text } = await call(rig, { visits, signal: controller.signal });
    expect(text).toMatch(/^\[cancelled\] .*Nothing was changed\./);
    expect((await rig.newBrowser().open(link.url)).text).toMatch(/^This page is no longer needed/);
  });

  it.each<[what: string, second: Visited | undefined]>([
    ["is still at its dialog", undefined],
    ["waits for the page", "opened"],
    ["is declined, too", "declined"],
  ])("that is declined ends the page of an equal call, which %s", async (_what, answer) => {
    const rig = await open();
    const second = call(rig, {
      visits: visitsOf(async () => answer ?? new Promise(() => undefined)),
    });
    const first = call(rig, { visits: visitsOf(async () => "declined") });
    for (const { text } of await Promise.all([first, second]))
      expect(text).toMatch(/^\[declined\] .*Nothing was changed\./);
    expect(rig.audits.map(({ outcome, changed }) => [outcome, changed])).toEqual([
      ["declined", "no"],
      ["declined", "no"],
    ]);
    expect(rig.writes()).toEqual([]);
  });
});

/** A client of the 2026 era, which carries the state from round to round. */
async function roundTrip(rig: Rig, kept?: Kept, answer: Visited = "opened", args: object = OKTA) {
  const again: NonNullable<Visits["again"]> = ({ url }, message, next) => {
    throw new AskAgain({ message, binding: "" }, { url, kept: next });
  };
  const visits: Visits = {
    kept,
    patienceMs: 1_000,
    again,
    show: async (link, message, next) => (kept?.id === next.id ? answer : again(link, message, next)),
  };
  try {
    return { result: await call(rig, { visits }, args) };
  } catch (error) {
    if (!(error instanceof AskAgain) || !error.visit) throw error;
    return { ...error.visit, code: codeIn(error.question.message) };
  }
}

/** One round of a call, as such a client sees it: the answer, or the link to show and the state to carry. */
async function round(
  rig: Rig,
  args: object,
  {
    kept,
    tool = "create_connector",
    ...context
  }: Partial<ToolContext> & { kept?: Kept | undefined; tool?: string } = {},
): Promise<{ text?: string; url?: string; kept?: Kept }> {
  const again: NonNullable<Visits["again"]> = ({ url }, message, next) => {
    throw new AskAgain({ message, binding: "" }, { url, kept: next });
  };
  const show: Visits["show"] = async (link, message, next) => (kept ? "opened" : again(link, message, next));
  const visits: Visits = { kept, patienceMs: 1_000, again, show };
  return rig.call(tool, args, { ...context, visits }).then(
    ({ text }) => ({ text }),
    ({ visit: next }: AskAgain) => ({ ...next }),
  );
}

describe("a client that calls again", () => {
  it("gets the same link until the person is done, and then the outcome", async () => {
    const rig = await open();
    const first = await roundTrip(rig);
    if (!("kept" in first)) throw new Error("nobody was asked");
    const second = await roundTrip(rig, first.kept);
    if (!("kept" in second)) throw new Error("nobody was asked");
    expect([second.url, second.kept.id, second.kept.round]).toEqual([first.url, first.kept.id, 2]);
    await visit(rig.newBrowser(), first);
    const { result } = (await roundTrip(rig, second.kept)) as { result: { value: { summary?: string } } };
    expect(result.value.summary).toMatch(/^Created connector/);
    expect(rig.audits.map(({ outcome, changed }) => [outcome, changed])).toEqual([
      ["ok", "yes"],
      ["ok", "no"],
    ]);
  });

  it("gets the link to pass on after eight rounds", async () => {
    const rig = await open();
    let round = await roundTrip(rig);
    for (let count = 0; count < 7 && "kept" in round; count += 1) round = await roundTrip(rig, round.kept);
    expect("result" in round && round.result?.text).toMatch(/^\[person_needed\]/);
  });

  it("cannot use the state of one call for another", async () => {
    const rig = await open();
    const first = await roundTrip(rig);
    if (!("kept" in first)) throw new Error("nobody was asked");
    const other = await roundTrip(rig, first.kept, "opened", { ...OKTA, description: "another" });
    expect("kept" in other && other.kept.id).not.toBe(first.kept.id);
  });
});

describe("a page that was never opened", () => {
  const OTHER = { ...OKTA.config, okta_v2_api_token: { secretRef: "OKTA_V2_API_TOKEN" } };

  it("is not taken for what somebody else created", async () => {
    const rig = await open();
    const first = await round(rig, OKTA);
    await rig.call("create_connector", { ...OKTA, config: OTHER });
    const second = await round(rig, OKTA, { kept: first.kept });
    expect(second.text).toMatch(/^\[already_exists\] .*Nothing was changed\./);
  });

  it("is asked for again if somebody else created the same and another one is wanted", async () => {
    const rig = await open();
    const args = { ...OKTA, ifExists: "create" };
    const first = await round(rig, args);
    await rig.call("create_connector", { ...OKTA, config: OTHER });
    expect((await round(rig, args, { kept: first.kept })).url).toBe(first.url);
    expect(first.url).toBeDefined();
  });

  it("is not taken for a config that somebody else sent", async () => {
    const rig = await open();
    const { value } = await rig.call("create_connector", { ...OKTA, config: OTHER, waitSeconds: 20 });
    const place = { appId: OKTA.appId, connectorId: value.connectorId, replaceWorking: true };
    const args = { ...place, config: OKTA.config };
    const tool = "update_connector";
    const first = await round(rig, args, { tool });
    await rig.call(tool, { ...place, config: OTHER });
    expect((await round(rig, args, { tool, kept: first.kept })).url).toBe(first.url);
    expect(first.url).toBeDefined();
  });

  it("is not taken for an app that somebody else created, where a person must agree", async () => {
    const rig = await open({ confirm: true });
    const args = { displayName: "Acme CRM", owners: ["jane.doe@acme.example"] };
    const tool = "create_app";
    const first = await round(rig, args, { tool });
    await rig.call(tool, args, { ask: async () => "accepted" });
    const second = await round(rig, args, { tool, kept: first.kept });
    expect(second.text).toMatch(/^\[already_exists\] .*Nothing was changed\./);
  });
});

describe("two replicas with the same key", () => {
  const person = { issuer: "https://login.example", subject: "jane" };
  const caller = {
    name: "user:jane",
    scopes: ["c1:write"],
    identity: { kind: "user" as const, ...person, claims: {} },
  };
  const context: Partial<ToolContext> = { principal: caller.name, caller };
  const login = {
    start: async (page: string) => ({ location: `https://login.example/?${page}`, cookies: [] }),
    finish: async ({ query }: { query: string }) => ({ cookies: [], page: query.slice(1), person }),
  };

  const askAgain = (kept?: Kept): Visits => ({
    kept,
    patienceMs: 100,
    again: ({ url }, message, next) => {
      throw new AskAgain({ message, binding: "" }, { url, kept: next });
    },
    async show({ url }, message, next) {
      if (kept) return "opened";
      throw new AskAgain({ message, binding: "" }, { url, kept: next });
    },
  });

  async function openPair({ isShared }: { isShared: boolean }) {
    const page = { key: "k".repeat(40), login, isShared };
    const clock = createLeapingClock();
    const shared = isShared ? createLocalShared(clock) : undefined;
    const one = await open({ page, clock, ...(shared && { shared }) });
    const two = await open({
      page,
      clock,
      ...(shared && { shared }),
      serverUrl: one.sandbox.serverUrl,
      credential: (_own, redactor) => ({
        kind: "client_credentials",
        clientId: one.sandbox.clientId,
        clientSecret: secretFromValue(one.sandbox.clientSecret, redactor),
      }),
    });
    return { one, two, clock };
  }

  async function makeOkta(rig: Rig): Promise<unknown> {
    const config = { ...OKTA.config, okta_v2_api_token: { secretRef: "OKTA_V2_API_TOKEN" } };
    return (await rig.call("create_connector", { ...OKTA, config }, context)).value.connectorId;
  }

  async function logIn(rig: Rig, url: string) {
    const browser = rig.newBrowser();
    const { headers } = await browser.open(url);
    expect(headers.location).toMatch(/^https:\/\/login\.example\//);
    const back = new URL(url);
    const { html } = await browser.open(`${back.origin}/page/login?${back.pathname}`);
    expect(html).toContain('http-equiv="refresh"');
    return browser;
  }

  it("one asks, the other serves the page, and the first finds what was created", async () => {
    const { one, two } = await openPair({ isShared: true });
    const args = { ...OKTA, ifExists: "create" };
    const again = await one.call("create_connector", args, { ...context, visits: askAgain() }).then(
      () => Promise.reject(new Error("nobody was asked")),
      (error: AskAgain) => error.visit,
    );
    const browser = await logIn(two, again?.url ?? "");
    const form = await browser.open(again?.url ?? "");
    expect(form.text).not.toContain("Code");
    const sent = await browser.send(again?.url ?? "", form, { "secret-0": TYPED });
    expect(sent.text).toMatch(/^Sent\. C1 is trying it … Created/);
    // The page continues to follow both of them.
    const link = String(sent.headers.refresh).replace("3;url=", "http://127.0.0.1:43111");
    const other = one.newBrowser();
    for (const [name, value] of browser.cookies) other.cookies.set(name, value);
    expect((await other.open(link)).text).toMatch(
      /^(?:Sent\. C1 is trying it …|Connected) Created connector/,
    );
    const result = await one.call("create_connector", args, { ...context, visits: askAgain(again?.kept) });
    expect(result.isError, result.text).toBe(false);
    expect(result.value).toMatchObject({ recovered: true, connectorId: expect.any(String) });
    expect([one.audits[0]?.write, two.audits[0]?.write]).toEqual([again?.kept.id, again?.kept.id]);
    expect(one.sandbox.requests.filter(({ operation }) => operation === "connectors.create")).toHaveLength(1);
  });

  it.each([
    ["create_connector", { ifExists: "create" }],
    ["update_connector", { replaceWorking: true }],
  ])("one asks a client that keeps nothing for %s, the other serves the page, and the first tells it once", async (tool, more) => {
    const { one, two } = await openPair({ isShared: true });
    const { catalogId, ...rest } = OKTA;
    const ids = tool === "update_connector" ? { connectorId: await makeOkta(one) } : { catalogId };
    const args = { ...rest, ...ids, ...more };
    const { url } = await askFor(one, args, tool, context);
    const browser = await logIn(two, url);
    const sent = await browser.send(url, await browser.open(url), { "secret-0": TYPED });
    expect(sent.text).toMatch(/^Sent\./);
    const result = await one.call(tool, args, context);
    expect(result.isError, result.text).toBe(false);
    expect(result.value).toMatchObject({ recovered: true, connectorId: expect.any(String) });
    expect((await one.call(tool, args, context)).text).toMatch(/^\[person_needed\]/);
    expect(one.sandbox.requests.filter(({ writes }) => writes)).toHaveLength(
      tool === "update_connector" ? 2 : 1,
    );
  });

  it("only the one that sent a secret repeats why C1 refused it", async () => {
    const echoed = "00typed-echoed-credential-42";
    const { one, two } = await openPair({ isShared: true });
    const args = { ...OKTA, ifExists: "create", waitSeconds: 30 };
    const again = await one.call("create_connector", args, { ...context, visits: askAgain() }).then(
      () => Promise.reject(new Error("nobody was asked")),
      (error: AskAgain) => error.visit,
    );
    const url = again?.url ?? "";
    const browser = await logIn(two, url);
    const sent = await browser.send(url, await browser.open(url), { "secret-0": echoed });
    const told = await one.call("create_connector", args, { ...context, visits: askAgain(again?.kept) });
    expect(told.value).toMatchObject({ connection: "failed", lastError: "C1 says: ***" });
    const link = String(sent.headers.refresh).replace("3;url=", "http://127.0.0.1:43111");
    const other = one.newBrowser();
    for (const [name, value] of browser.cookies) other.cookies.set(name, value);
    const shown = await other.open(link);
    expect(shown.text).toContain("its sync failed. C1 says: *** ");
    const { text } = await browser.open(link);
    expect(text).toContain('C1 says: 401 Unauthorized: the token "***" is not valid');
    expect(JSON.stringify([told, shown, text, one.logs, two.logs])).not.toContain(echoed);
  });

  it.each([
    {},
    { waitSeconds: 5 },
  ])("the first tells what C1 has said of an update since that the other sent, with %j", async (more) => {
    const { one, two, clock } = await openPair({ isShared: true });
    const { catalogId: _, ...rest } = OKTA;
    const tool = "update_connector";
    const args = { ...rest, ...more, connectorId: await makeOkta(one), replaceWorking: true };
    const { url = "", kept } = await round(one, args, { ...context, tool });
    const browser = await logIn(two, url);
    const form = await browser.open(url);
    await browser.send(url, form, { "secret-0": "00wrong-credential-of-nobody" });
    await clock.lapse(two.registry.settled());
    await passed(clock, 120_000);
    const before = clock.now();
    const { text = "" } = await round(one, args, { ...context, kept, tool });
    // It does not wait for yet another sync.
    expect(clock.now()).toBe(before);
    expect(JSON.parse(text)).toMatchObject({
      summary: expect.stringMatching(/; its sync failed\.$/),
      connection: "failed",
      lastError: "C1 says: ***",
      recovered: true,
    });
  });

  it.each([
    {},
    { replaceWorking: true },
  ])("the first tells of an update by which the connector works that it was done, with %j", async (more) => {
    const { one, two, clock } = await openPair({ isShared: true });
    const { catalogId: _, ...rest } = OKTA;
    const tool = "update_connector";
    const { value } = await one.call("create_connector", { ...OKTA, config: undefined }, context);
    const args = { ...rest, ...more, connectorId: value.connectorId };
    const { url = "", kept } = await round(one, args, { ...context, tool });
    const browser = await logIn(two, url);
    await browser.send(url, await browser.open(url), { "secret-0": TYPED });
    await clock.lapse(two.registry.settled());
    await passed(clock, 120_000);
    const { text = "" } = await round(one, args, { ...context, kept, tool });
    expect(JSON.parse(text)).toMatchObject({
      summary: expect.stringMatching(/^Updated the config of .*; the connector is connected\.$/),
      recovered: true,
    });
    const record = one.audits.at(-1);
    expect(record).toMatchObject({ write: two.audits[0]?.write, outcome: "ok", changed: "no" });
    expect(record?.targets).toBeUndefined();
  });

  it.each([
    ["create_connector", "connectors.list"],
    ["update_connector", "connectors.get"],
  ])("the first does not say that nothing was changed because it cannot look, with %s", async (tool, operation) => {
    const { one, two } = await openPair({ isShared: true });
    const { catalogId, ...rest } = OKTA;
    const update = async () => ({ connectorId: await makeOkta(one), replaceWorking: true });
    const args = { ...rest, ...(tool === "update_connector" ? await update() : { catalogId }) };
    const { url = "", kept } = await round(one, args, { ...context, tool });
    const browser = await logIn(two, url);
    await browser.send(url, await browser.open(url), { "secret-0": TYPED });
    one.sandbox.faults.add({ match: { operation }, times: Infinity, do: { kind: "status", status: 500 } });
    const { text } = await round(one, args, { ...context, kept, tool });
    expect(text).toMatch(/^\[outcome_unknown\] .* Whether anything was changed is not known\./);
    const write = two.intents[0]?.write;
    expect(one.audits.at(-1)).toMatchObject({ write, outcome: "outcome_unknown", changed: "maybe" });
  });

  it("both together use a page once", async () => {
    const { one, two } = await openPair({ isShared: true });
    const { url } = await askFor(one, OKTA, "create_connector", context);
    const browser = await logIn(one, url);
    const form = await browser.open(url);
    const other = two.newBrowser();
    expect((await other.open(url)).text).toMatch(
      /^This page was opened in another browser .* wait until \d\d:\d\d \S+, and ask/,
    );
    for (const [name, value] of browser.cookies) other.cookies.set(name, value);
    const ends = await Promise.all([
      browser.send(url, form, { "secret-0": TYPED }),
      other.send(url, form, { "secret-0": TYPED }),
    ]);
    expect(ends.map(({ text }) => text.startsWith("Sent. C1")).filter(Boolean)).toHaveLength(1);
    expect(ends.map(({ text }) => text).join("\n")).not.toMatch(/[Nn]othing was|Submit|will be sent/);
    expect(one.sandbox.requests.filter(({ operation }) => operation === "connectors.create")).toHaveLength(1);
  });

  it.each([
    ["create_connector", {}],
    ["create_connector", { ifExists: "create" }],
    ["update_connector", { replaceWorking: true }],
  ])("both know that the page of %s with %j was used, and show no form for it again", async (tool, more) => {
    const { one, two } = await openPair({ isShared: true });
    const { catalogId, ...rest } = OKTA;
    const ids = tool === "update_connector" ? { connectorId: await makeOkta(one) } : { catalogId };
    one.forget();
    const { url } = await askFor(one, { ...rest, ...ids, ...more }, tool, context);
    const browser = await logIn(one, url);
    const form = await browser.open(url);
    const other = two.newBrowser();
    for (const [name, value] of browser.cookies) other.cookies.set(name, value);
    const typed = { "secret-0": TYPED };
    expect((await browser.send(url, form, typed)).text).toMatch(/^Sent\./);
    for (const shown of [
      await other.open(url),
      await other.send(url, form, typed),
      await other.send(url, form, { ...typed, seen: "what was shown before" }),
      await other.send(url, form, {}),
      await other.send(url, form, { decision: "no" }),
    ]) {
      expect(shown.text).toMatch(/^This page was used already/);
      expect(shown.text).not.toMatch(/[Nn]othing was/);
    }
    expect(one.writes()).toHaveLength(1);
  });

  it("without a store, serve no page of each other, and claim nothing of its outcome", async () => {
    const { one, two } = await openPair({ isShared: false });
    const args = { ...OKTA, ifExists: "create" };
    const { url = "", kept } = await round(one, args, context);
    const browser = await logIn(one, url);
    const form = await browser.open(url);
    const other = two.newBrowser();
    for (const [name, value] of browser.cookies) other.cookies.set(name, value);
    const typed = { "secret-0": TYPED };
    expect((await other.send(url, form, typed)).text).toMatch(/^This page is not served here/);
    expect((await browser.send(url, form, typed)).text).toMatch(/^Sent\./);
    for (const shown of [
      await other.open(url),
      await other.send(url, form, typed),
      await other.send(url, form, { decision: "no" }),
    ]) {
      expect(shown.text).toMatch(/^This page is not served here/);
      expect(shown.text).not.toMatch(/[Nn]othing was/);
    }
    const { text } = await round(two, args, { ...context, kept });
    expect(text).toMatch(/^\[outcome_unknown\] .*another process.*is not known/);
    expect(one.sandbox.requests.filter(({ operation }) => operation === "connectors.create")).toHaveLength(1);
  });

  it("without a store, claim nothing of an update by which the connector works", async () => {
    const { one, two, clock } = await openPair({ isShared: false });
    const { catalogId: _, ...rest } = OKTA;
    const tool = "update_connector";
    const { value } = await one.call("create_connector", { ...OKTA, config: undefined }, context);
    const args = { ...rest, connectorId: value.connectorId };
    const { url = "", kept } = await round(one, args, { ...context, tool });
    const browser = await logIn(one, url);
    await browser.send(url, await browser.open(url), { "secret-0": TYPED });
    await clock.lapse(one.registry.settled());
    await passed(clock, 120_000);
    const { text } = await round(two, args, { ...context, kept, tool });
    expect(text).toMatch(/^\[outcome_unknown\] .*another process.*is not known/);
  });

  it("with a store, do not take a page that was not sent for what somebody else created", async () => {
    const { one, two } = await openPair({ isShared: true });
    const config = { ...OKTA.config, okta_v2_api_token: { secretRef: "OKTA_V2_API_TOKEN" } };
    const { url = "", kept } = await round(one, OKTA, context);
    await one.call("create_connector", { ...OKTA, config });
    expect((await round(two, OKTA, { ...context, kept })).text).toMatch(/^\[already_exists\]/);
    const browser = await logIn(two, url);
    const page = await browser.open(url);
    expect(page.text).toMatch(/^This cannot be done now .* already: .*Nothing was changed\./);
  });

  it("with a store, do not take a no for a yes", async () => {
    const { one, two } = await openPair({ isShared: true });
    const args = { ...OKTA, ifExists: "create" };
    const config = { ...OKTA.config, okta_v2_api_token: { secretRef: "OKTA_V2_API_TOKEN" } };
    const { url = "", kept } = await round(one, args, context);
    const browser = await logIn(one, url);
    const form = await browser.open(url);
    expect((await browser.send(url, form, { decision: "no" })).text).toMatch(/^You said no/);
    await one.call("create_connector", { ...args, config });
    const { text } = await round(two, args, { ...context, kept });
    expect(text).toMatch(/^\[outcome_unknown\] The page was used/);
  });

  it("somebody else who logs in sees nothing", async () => {
    const { one } = await openPair({ isShared: false });
    const bob = { ...context, caller: { ...caller, identity: { ...caller.identity, subject: "bob" } } };
    const { url } = await askFor(one, OKTA, "create_connector", bob);
    const browser = one.newBrowser();
    await browser.open(url);
    const back = new URL(url);
    const shown = await browser.open(`${back.origin}/page/login?${back.pathname}`);
    expect(shown.status).toBe(403);
    expect(shown.text).toMatch(/^You are not logged in as the person who asked/);
    expect((await browser.open(url)).status).toBe(303);
    expect((await browser.send(url, shown, { seen: "x", "secret-0": TYPED })).status).toBe(403);
    expect(one.writes()).toEqual([]);
  });
});

describe("consent on the page", () => {
  it("is requested if the client cannot ask, with the whole question and two buttons", async () => {
    const rig = await open({ confirm: true });
    const args = { displayName: "Paged CRM", owners: ["jane.doe@acme.example"] };
    const asked = await askFor(rig, args, "create_app");
    expect(asked.text).toContain("a person must agree to it");
    const browser = rig.newBrowser();
    const form = await browser.open(asked.url);
    expect(form.text).toMatch(
      /Name: "Paged CRM" Owner: "Jane Doe", e-mail "jane\.doe@acme\.example" .*displayName: "Paged CRM" .*owners\[0\]: "\w{27}" \(name "Jane Doe"/,
    );
    expect(form.fields).toMatchObject({ code: "", seen: expect.any(String) });
    expect(form.html).not.toContain("password");
    expect(form.text).not.toContain("What you type");
    expect((await browser.send(asked.url, form, { code: asked.code })).text).toMatch(
      /^Done Created app "Paged CRM"/,
    );
    expect((await rig.call("create_app", args)).value.summary).toMatch(/^Created app "Paged CRM"/);
    expect(rig.writes()).toHaveLength(1);
  });

  it("cannot be given for a request with literal secrets in its arguments", async () => {
    const rig = await open({ confirm: true, secrets: { inline: true } });
    const config = { okta_v2_domain: "acme.okta.example", okta_v2_api_token: "00written-out-secret" };
    const { text } = await call(rig, {}, { ...OKTA, config });
    expect(text).toMatch(/^\[declined\] .*no way to ask/);
    const mixed = {
      "airbyte-hostname": "https://airbyte.example",
      "airbyte-client-id": "00written-out-client-id",
      "airbyte-client-secret": { ask: true },
    };
    const { text: refused } = await call(rig, {}, { ...OKTA, catalogId: "airbyte", config: mixed });
    expect(refused).toMatch(/^\[secret_refused\] The arguments hold secrets/);
    expect(rig.page?.service.elicitations.isAnyLive()).toBe(false);
  });
});
