import { randomBytes } from "node:crypto";
import fc from "fast-check";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BrowserRequest } from "../../src/page/ports.ts";
import { askFor, OKTA, openPageRig, TYPED, visit } from "../fixture/page.ts";
import { type Browser, PAGE_BASE } from "../support/test-page.ts";

let rig: Awaited<ReturnType<typeof openPageRig>>;
let browser: Browser;
let asked: Awaited<ReturnType<typeof askFor>>;

async function open() {
  rig = await openPageRig();
  browser = rig.newBrowser();
  asked = await askFor(rig);
}

const handle = (request: Partial<BrowserRequest>) => {
  const { service } = rig.page ?? {};
  if (!service) throw new Error("there is no page");
  const headers = { host: "127.0.0.1:43111", ...request.headers };
  return service.handle({ method: "GET", path: "/", query: "", body: "", ...request, headers });
};

describe("a page", () => {
  beforeEach(open);
  afterEach(() => rig.close());

  it.each<[string, Record<string, string | undefined>]>([
    ["by another site", { "sec-fetch-site": "cross-site" }],
    ["by a neighbour of the site", { "sec-fetch-site": "same-site" }],
    ["by another origin", { origin: "http://evil.example", "sec-fetch-site": undefined }],
    ["by another port", { origin: "http://127.0.0.1:1", "sec-fetch-site": undefined }],
    ["by who says nothing of where it comes from", { origin: undefined, "sec-fetch-site": undefined }],
    ["from a sandboxed frame", { origin: "null", "sec-fetch-site": undefined }],
    ["as JSON", { "content-type": "application/json" }],
    ["in parts", { "content-type": "multipart/form-data; boundary=x" }],
  ])("cannot be submitted %s", async (_what, headers) => {
    const form = await browser.open(asked.url);
    const shown = await browser.send(asked.url, form, { code: asked.code, "secret-0": TYPED }, headers);
    expect(shown.status).toBe(403);
    expect(shown.text).toMatch(/^This was not sent by the page/);
    expect(rig.writes()).toEqual([]);
    expect((await visit(browser, asked)).text).toMatch(/^Sent\./);
  });

  it("can be submitted by its own origin, if the browser sends one", async () => {
    const form = await browser.open(asked.url);
    const headers = { origin: new URL(PAGE_BASE).origin, "sec-fetch-site": undefined };
    const typed = { code: asked.code, "secret-0": TYPED };
    expect((await browser.send(asked.url, form, typed, headers)).text).toMatch(/^Sent\./);
  });

  it.each([
    "evil.example",
    "evil.example:43111",
    "localhost:43111",
    "127.0.0.1",
    "127.0.0.1:80",
    "[::1]:43111",
    "",
  ])("does not exist under the host %j", async (host) => {
    const form = await browser.open(asked.url);
    const typed = { code: asked.code, "secret-0": TYPED };
    expect((await browser.send(asked.url, form, typed, { host })).status).toBe(403);
    const { status, text } = await rig.newBrowser().open(asked.url, { host });
    expect(status).toBe(403);
    expect(text).not.toContain("acme.okta.example");
    expect(rig.writes()).toEqual([]);
  });

  it.each<[string, Record<string, string>]>([
    ["in a frame", { "sec-fetch-dest": "iframe" }],
    ["as an image", { "sec-fetch-mode": "no-cors", "sec-fetch-dest": "image" }],
    ["by a script", { "sec-fetch-mode": "cors", "sec-fetch-dest": "empty" }],
    ["in advance", { "sec-purpose": "prefetch" }],
  ])("is not shown %s, and such an attempt does not use it up", async (_what, headers) => {
    const shown = await rig.newBrowser().open(asked.url, headers);
    expect(shown.status).toBe(403);
    expect(shown.text).not.toContain("acme.okta.example");
    expect((await visit(browser, asked)).text).toMatch(/^Sent\./);
  });

  it("belongs to the browser that first opened it", async () => {
    const form = await browser.open(asked.url);
    const other = rig.newBrowser();
    const taken = await other.open(asked.url);
    expect(taken.text).toMatch(/^This page was opened in another browser/);
    expect(taken.text).toContain(
      "somebody else has the link. If you did not set this server up, tell whoever did.",
    );
    const typed = { code: asked.code, "secret-0": TYPED };
    const refused = await other.send(asked.url, form, typed);
    expect([refused.status, refused.text]).toEqual([
      403,
      expect.stringMatching(/^This page was not opened in this browser Nothing was sent\./),
    ]);
    // Browsers withhold strict cookies after a link on another site, so the page makes them come again.
    const bounced = await other.open(asked.url, { "sec-fetch-site": "cross-site" });
    expect(bounced.html).toContain('http-equiv="refresh" content="0;url=/page/');
    expect(bounced.text).not.toContain("acme.okta.example");
    expect(rig.writes()).toEqual([]);
    expect((await browser.send(asked.url, form, typed)).text).toMatch(/^Sent\./);
  });

  it("can be closed from another browser with the code, and the next link is new", async () => {
    const form = await browser.open(asked.url);
    const other = rig.newBrowser();
    const taken = await other.open(asked.url);
    expect(taken.text).toMatch(/Go on there, or close its link here with the code/);
    const closed = await other.send(asked.url, taken, { code: asked.code.toLowerCase(), decision: "close" });
    expect([closed.status, closed.text]).toEqual([
      200,
      "The link is closed Nothing was sent. Ask your assistant for a new link.",
    ]);
    expect((await browser.send(asked.url, form, { code: asked.code, "secret-0": TYPED })).text).toMatch(
      /the person closed it\. Nothing was changed/,
    );
    expect((await other.send(asked.url, taken, { code: asked.code, decision: "close" })).status).toBe(410);
    expect((await rig.call("create_connector", OKTA)).text).toBe(
      "[declined] The link was opened in another browser first, and the person closed it. Nothing was changed. Call again for a new link with a new code.",
    );
    const again = await askFor(rig);
    expect([again.url, again.code]).not.toEqual([asked.url, asked.code]);
    expect(rig.writes()).toEqual([]);
    expect((await visit(other, again)).text).toMatch(/^Sent\./);
  });

  it("stays open for its person whatever somebody does who has only the link", async () => {
    const form = await browser.open(asked.url);
    const thief = rig.newBrowser();
    const close = async (code: string) =>
      thief.send(asked.url, await thief.open(asked.url), { code, decision: "close" });
    expect((await close(" ")).text).toContain("It is empty.");
    for (let count = 0; count < 5; count += 1) expect((await close("AAAAAA")).status).toBe(422);
    // No more guesses, not even a right one.
    const refused = await close(asked.code);
    expect([refused.status, refused.html]).toEqual([403, expect.not.stringContaining("<form")]);
    expect(refused.text).toMatch(/Go on there, or wait until \d\d:\d\d /);
    expect((await askFor(rig)).url).toBe(asked.url);
    const typed = { "secret-0": TYPED };
    // The first person's own attempts are not used up.
    expect((await browser.send(asked.url, form, { code: "AAAAAA", ...typed })).status).toBe(422);
    const headers = { "sec-fetch-site": "cross-site" };
    expect((await thief.send(asked.url, form, { code: asked.code, decision: "close" }, headers)).status).toBe(
      403,
    );
    expect((await browser.send(asked.url, form, { code: asked.code, ...typed })).text).toMatch(/^Sent\./);
  });

  it("does not accept the cookie or the code of another page", async () => {
    const args = { ...OKTA, description: "another" };
    const second = await askFor(rig, args);
    const form = await browser.open(asked.url);
    const other = rig.newBrowser();
    const otherForm = await other.open(second.url);
    for (const [name, value] of browser.cookies) other.cookies.set(name, value);
    // A page's cookie under another page's name does not count.
    const [ownName = ""] = [...browser.cookies.keys()];
    const [value = ""] = [...other.cookies.values()];
    const thief = rig.newBrowser();
    thief.cookies.set(ownName, value);
    expect((await thief.send(asked.url, form, { code: asked.code, "secret-0": TYPED })).status).toBe(403);
    const shown = await other.send(second.url, otherForm, { code: asked.code, "secret-0": TYPED });
    expect(shown.status).toBe(422);
    expect(rig.writes()).toEqual([]);
    expect((await other.send(second.url, otherForm, { code: second.code, "secret-0": TYPED })).text).toMatch(
      /^Sent\./,
    );
    expect(rig.writes().map(({ body }) => (body as { description?: string }).description)).toEqual([
      "another",
    ]);
  });

  it("refuses a body that is too long, and any other method", async () => {
    const form = await browser.open(asked.url);
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join();
    const headers = {
      cookie,
      "content-type": "application/x-www-form-urlencoded",
      "sec-fetch-site": "same-origin",
    };
    const path = new URL(asked.url).pathname;
    expect((await handle({ method: "POST", path, headers, body: undefined })).status).toBe(413);
    for (const method of ["PUT", "DELETE", "OPTIONS", "HEAD", "TRACE"])
      expect((await handle({ method, path, headers })).status).toBe(405);
    expect(form.status).toBe(200);
    expect(rig.writes()).toEqual([]);
  });
});

describe("a page that was sent", () => {
  beforeEach(open);
  afterEach(() => rig.close());

  it("is refused further requests in words that do not deny its write", async () => {
    const form = await browser.open(asked.url);
    const typed = { code: asked.code, "secret-0": TYPED };
    expect((await browser.send(asked.url, form, typed)).text).toMatch(/^Sent\./);
    const cookie = [...browser.cookies].map(([name, value]) => `${name}=${value}`).join();
    const headers = { cookie, "content-type": "application/x-www-form-urlencoded" };
    const path = new URL(asked.url).pathname;
    const tooLarge = await handle({
      method: "POST",
      path,
      headers: { ...headers, "sec-fetch-site": "same-origin" },
      body: undefined,
    });
    const foreign = await browser.send(asked.url, form, typed, { "sec-fetch-site": "cross-site" });
    let many = foreign;
    for (let count = 0; count < 60; count += 1) many = await browser.open(asked.url);
    expect([tooLarge.status, foreign.status, many.status]).toEqual([413, 403, 429]);
    expect(many.text).toContain("what was sent before is not affected");
    expect(tooLarge.body + foreign.html + many.html).not.toMatch(/[Nn]othing was/);
  });
});

describe("10,000 requests of a stranger", () => {
  beforeAll(open);
  afterAll(() => rig.close());

  it("get in nowhere and learn nothing", async () => {
    await browser.open(asked.url);
    rig.forget();
    const { pathname } = new URL(asked.url);
    const handleOf = pathname.slice("/page/".length);
    const nearly = fc.nat(handleOf.length - 1).map((at) => {
      const other = handleOf[at] === "A" ? "B" : "A";
      return handleOf.slice(0, at) + other + handleOf.slice(at + 1);
    });
    const text = fc.oneof(
      nearly,
      fc.string({ maxLength: 60 }),
      fc.constant("").map(() => randomBytes(32).toString("base64url")),
      fc.constantFrom(
        handleOf.slice(0, -1),
        `${handleOf}A`,
        `${handleOf}/`,
        `../${handleOf}`,
        "__proto__",
        "login",
      ),
    );
    const header = fc.oneof(fc.string({ maxLength: 40 }), fc.constantFrom("same-origin", "null", "navigate"));
    const requests = fc.record({
      method: fc.constantFrom("GET", "POST", "HEAD"),
      path: text.map((rest) => `/page/${rest}`),
      body: fc.constantFrom("", `code=${asked.code}&secret-0=${TYPED}&decision=yes&seen=x`),
      headers: fc.dictionary(
        fc.constantFrom("cookie", "origin", "sec-fetch-site", "content-type", "sec-fetch-mode"),
        header,
      ),
    });
    let count = 0;
    await fc.assert(
      fc.asyncProperty(requests, async (request) => {
        count += 1;
        const { status, body } = await handle(request);
        expect([403, 404, 405, 429]).toContain(status);
        expect(body).not.toMatch(/okta|Acme|secret-0|<form/);
      }),
      { numRuns: 10_000 },
    );
    expect(count).toBe(10_000);
    expect(rig.requests()).toEqual([]);
    expect(rig.logs.join("\n")).not.toContain(TYPED);
    expect((await visit(browser, asked)).text).toMatch(/^Sent\./);
  });
});
