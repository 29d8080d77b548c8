import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { APPS } from "../../src/sandbox/seed.ts";
import { ask, CONSENT, callTool, readEnd, readQuestion } from "../fixture/consent.ts";
import { type HttpServer, spawnHttp, startTenant, type Tenant } from "../fixture/tenant.ts";
import { killSpawned } from "../support/spawn.ts";
import { until } from "../support/until.ts";

/*
 * Revision 2026-07-28: the client carries the question and its answer, so nothing that it returns may be trusted without a valid
 * signature. Each test checks the tenant: no consent, no write.
 */

/** The app of the current test. `ifExists: create` switches the duplicate guard off, so that only consent protects. */
let app = { displayName: "Consent 0", owners: ["jane.doe@acme.example"], ifExists: "create" };
let tests = 0;

/** A clock that jumps ahead by 60 seconds on each signal to the process. */
const SHIFTING_CLOCK = `data:text/javascript,${encodeURIComponent(
  "const real = Date.now; let ahead = 0; Date.now = () => real() + ahead;" +
    "process.on('SIGUSR2', () => { ahead += 60_000; process.stderr.write('shifted\\n'); });",
)}`;

let tenant: Tenant;
let server: HttpServer;
let url: string;
let writes: number;

beforeAll(async () => {
  tenant = await startTenant();
  server = await spawnHttp(
    { ...tenant.env, C1_MCP_WRITES: "confirm" },
    { nodeArgs: ["--import", SHIFTING_CLOCK] },
  );
  url = server.url;
});

afterAll(async () => {
  await killSpawned();
  await tenant.sandbox.close();
});

beforeEach(() => {
  writes = tenant.writes();
  tests += 1;
  app = { ...app, displayName: `Consent ${tests}` };
});

const appsMade = () => tenant.apps().filter((name) => name.startsWith(app.displayName)).length;

function expectNothingWritten(): void {
  expect(tenant.writes()).toBe(writes);
  expect(appsMade()).toBe(0);
}

async function shiftClock(minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute += 1) {
    const before = server.process.stderr.filter((line) => line === "shifted").length;
    server.process.kill("SIGUSR2");
    await until(
      "the clock",
      () => server.process.stderr.filter((line) => line === "shifted").length > before,
    );
  }
}

describe("a given consent", () => {
  it("is valid for the write that it was requested for", async () => {
    const { state } = await ask(url, "create_app", app);
    expectNothingWritten();
    const end = await callTool(url, "create_app", app, { requestState: state, inputResponses: CONSENT });
    expect(readEnd(end)).toMatchObject({ isError: false });
    expect(tenant.writes()).toBe(writes + 1);
    expect(appsMade()).toBe(1);
  });

  it("is still valid within two minutes", async () => {
    const { state } = await ask(url, "create_app", app);
    await shiftClock(1);
    const end = await callTool(url, "create_app", app, { requestState: state, inputResponses: CONSENT });
    expect(readEnd(end)).toMatchObject({ isError: false });
    expect(appsMade()).toBe(1);
  });

  it("is invalid after more than two minutes", async () => {
    const { state } = await ask(url, "create_app", app);
    await shiftClock(3);
    const end = readEnd(
      await callTool(url, "create_app", app, { requestState: state, inputResponses: CONSENT }),
    );
    expect(end.isError).toBe(true);
    expect(end.text).toMatch(/^\[declined\] No consent came in time\. Nothing was changed\./);
    expectNothingWritten();
  });

  it("is invalid the second time", async () => {
    const { state } = await ask(url, "create_app", app);
    const round = { requestState: state, inputResponses: CONSENT };
    expect(readEnd(await callTool(url, "create_app", app, round)).isError).toBe(false);
    expect(appsMade()).toBe(1);
    const again = readEnd(await callTool(url, "create_app", app, round));
    expect(again.isError).toBe(true);
    expect(again.text).toMatch(/^\[declined\] The consent was used already.*Nothing was changed\./);
    expect(tenant.writes()).toBe(writes + 1);
    expect(appsMade()).toBe(1);
  });

  it("is invalid for a second concurrent use: one app is created", async () => {
    const { state } = await ask(url, "create_app", app);
    const round = { requestState: state, inputResponses: CONSENT };
    const ends = await Promise.all([1, 2, 3, 4].map(() => callTool(url, "create_app", app, round)));
    expect(ends.map(readEnd).filter(({ isError }) => !isError)).toHaveLength(1);
    expect(tenant.writes()).toBe(writes + 1);
    expect(appsMade()).toBe(1);
  });

  it.each([
    ["other arguments", "create_app", () => ({ ...app, description: "And more" })],
    ["another person", "create_app", () => ({ ...app, owners: ["sam.lee@acme.example"] })],
    ["another name", "create_app", () => ({ ...app, displayName: `${app.displayName} HR` })],
    ["another ifExists", "create_app", () => ({ ...app, ifExists: "fail" })],
    [
      "another tool",
      "create_connector",
      () => ({ appId: "2lGIUK2jAaY37lX5PrBngg9KGoo", catalogId: "2gkeVHQ9u8BtFpouw5jRmbnxjkW" }),
    ],
  ])("is not valid for %s", async (_what, name, args) => {
    const { state } = await ask(url, "create_app", app);
    const end = readEnd(await callTool(url, name, args(), { requestState: state, inputResponses: CONSENT }));
    expect(end.isError).toBe(true);
    expect(end.text).toMatch(/^\[declined\] The consent was given for something else.*Nothing was changed\./);
    expectNothingWritten();
  });

  it("is void if the same words now resolve to somebody else", async () => {
    const { state } = await ask(url, "create_app", app);
    const jane = tenant.sandbox.state.users.find(({ email }) => email === "jane.doe@acme.example");
    const sam = tenant.sandbox.state.users.find(({ email }) => email === "sam.lee@acme.example");
    if (!jane || !sam) throw new Error("the seed has changed");
    const before = [{ ...jane }, { ...sam }];
    Object.assign(jane, { email: "jane.moved@acme.example", emails: ["jane.moved@acme.example"] });
    Object.assign(sam, { email: "jane.doe@acme.example", emails: ["jane.doe@acme.example"] });
    try {
      const end = await callTool(url, "create_app", app, { requestState: state, inputResponses: CONSENT });
      expect(readEnd(end).text).toMatch(/^\[declined\] The consent was given for something else/);
      expectNothingWritten();
    } finally {
      Object.assign(jane, before[0]);
      Object.assign(sam, before[1]);
    }
  });
});

describe("an app of the same name that appears while the person decides", () => {
  it("voids the consent, because it was not shown", async () => {
    const { state } = await ask(url, "create_app", app);
    const apps = tenant.sandbox.state.apps;
    apps.push({ ...APPS.wiki, id: "2zTwinOfTheAppInTheTest0000", displayName: app.displayName });
    try {
      const end = await callTool(url, "create_app", app, { requestState: state, inputResponses: CONSENT });
      expect(readEnd(end).text).toMatch(
        /^\[declined\] .*what they agreed to has changed\. Nothing was changed\. Call again/,
      );
      expect(tenant.writes()).toBe(writes);
      const { message } = await ask(url, "create_app", app);
      expect(message).toContain(`exists already: "2zTwinOfTheAppInTheTest0000" (name "${app.displayName}")`);
    } finally {
      apps.pop();
    }
  });
});

describe("a consent that was not given", () => {
  it("cannot be claimed in the first call: the question is still asked", async () => {
    readQuestion(await callTool(url, "create_app", app, { inputResponses: CONSENT }));
    expectNothingWritten();
  });

  const last = (text: string) => (text.endsWith("A") ? "B" : "A");
  const forgeries: [string, (state: string) => unknown][] = [
    ["a longer one", (state) => `${state}-TAMPERED`],
    ["another signature", (state) => state.slice(0, -2) + last(state.slice(0, -1)) + state.slice(-1)],
    [
      "another payload",
      (state) => {
        const [version, payload = "", signature] = state.split(".");
        const claims = JSON.parse(Buffer.from(payload, "base64url").toString("utf8"));
        claims.exp += 3600;
        const forged = Buffer.from(JSON.stringify(claims)).toString("base64url");
        return [version, forged, signature].join(".");
      },
    ],
    ["no signature", (state) => state.split(".").slice(0, 2).join(".")],
    ["an empty text", () => ""],
    ["free text", () => "approved"],
  ];
  it.each(forgeries)("cannot be forged by tampering with the state: %s", async (_what, tamper) => {
    const { state } = await ask(url, "create_app", app);
    const requestState = tamper(state);
    expect(requestState).not.toBe(state);
    const reply = await callTool(url, "create_app", app, { requestState, inputResponses: CONSENT });
    expect(reply.result).toBeUndefined();
    expect(reply.error?.code).toBe(-32602);
    expectNothingWritten();
  });

  it.each([
    ["no", { action: "decline" }, /said no/],
    ["yes without the tick", { action: "accept", content: { confirm: false } }, /said no/],
    ["yes without a form", { action: "accept" }, /said no/],
    ["yes with a text for a tick", { action: "accept", content: { confirm: "true" } }, /said no/],
    ["a closed question", { action: "cancel" }, /closed the question/],
    [
      "a closed question with a tick",
      { action: "cancel", content: { confirm: true } },
      /closed the question/,
    ],
  ])("%s is no consent", async (_what, consent, words) => {
    const { state } = await ask(url, "create_app", app);
    const round = { requestState: state, inputResponses: { consent } };
    const end = readEnd(await callTool(url, "create_app", app, round));
    expect(end.isError).toBe(true);
    expect(end.text).toMatch(/^\[declined\] /);
    expect(end.text).toMatch(words);
    expectNothingWritten();
  });

  it("cannot be turned from a no into a yes afterwards", async () => {
    const { state } = await ask(url, "create_app", app);
    const decline = { requestState: state, inputResponses: { consent: { action: "decline" } } };
    expect(readEnd(await callTool(url, "create_app", app, decline)).text).toMatch(/said no/);
    const round = { requestState: state, inputResponses: CONSENT };
    expect(readEnd(await callTool(url, "create_app", app, round)).text).toMatch(
      /^\[declined\] .*used already/,
    );
    expectNothingWritten();
  });

  it.each([
    ["under another name", { other: CONSENT.consent }],
    ["not at all", {}],
    ["as null", null],
    ["as a number", { consent: 7 }],
  ])("an answer that arrives %s asks again or is refused", async (_what, inputResponses) => {
    const { state } = await ask(url, "create_app", app);
    const reply = await callTool(url, "create_app", app, { requestState: state, inputResponses });
    if (reply.error) expect(reply.error.code).toBe(-32602);
    else readQuestion(reply);
    expectNothingWritten();
  });
});
