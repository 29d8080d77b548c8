import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { secretFromValue } from "../../src/config/secret-file.ts";
import { createRedactor } from "../../src/log/redact.ts";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { QUESTIONS } from "../live/questions.ts";
import { hide, shapeOf } from "../live/recorder.ts";
import { type LiveRun, runLive } from "../live/run.ts";
import { readLiveSettings } from "../live/settings.ts";

const OF_A_TENANT = {
  CONDUCTORONE_CLIENT_ID: "clever-otter-12345@acme.conductor.one/spc",
  CONDUCTORONE_CLIENT_SECRET: "secret-token:conductorone.com:v1:abc",
};

describe("the live test's conditions", () => {
  it.each<[string, Record<string, string>, string]>([
    ["no credential", {}, "set CONDUCTORONE_*"],
    ["an id alone", { CONDUCTORONE_CLIENT_ID: OF_A_TENANT.CONDUCTORONE_CLIENT_ID }, "set CONDUCTORONE_*"],
    ["no second word", OF_A_TENANT, "set C1_LIVE_CONFIRM=acme.conductor.one"],
    ["an empty one", { ...OF_A_TENANT, C1_LIVE_CONFIRM: " " }, "set C1_LIVE_CONFIRM=acme.conductor.one"],
  ])("are skipped with %s", (_what, env, reason) => {
    expect(readLiveSettings(env)).toEqual({ skip: expect.stringContaining(reason) });
  });

  it.each<[string, Record<string, string>, string]>([
    ["another tenant", { C1_LIVE_CONFIRM: "prod.conductor.one" }, "the credential is for acme.conductor.one"],
    ["a wrong setting", { C1_MCP_WRITE: "block" }, "did you mean C1_MCP_WRITES?"],
    [
      "no number",
      { C1_LIVE_CONFIRM: "acme.conductor.one", C1_LIVE_PATIENCE_SECONDS: "x" },
      "must be 0 to 600",
    ],
  ])("fail with %s", (_what, env, reason) => {
    expect(() => readLiveSettings({ ...OF_A_TENANT, ...env })).toThrow(reason);
  });

  it("keep values out of shapes, and secrets and addresses out of texts", () => {
    const answer = {
      list: [{ email: "jane@acme.example", n: 1 }, { other: true }],
      next: "",
      none: null,
      empty: [],
    };
    expect(shapeOf(answer)).toEqual({
      list: [{ email: "string", n: "number" }],
      next: "empty string",
      none: "null",
      empty: [],
    });
    const redactor = createRedactor();
    redactor.add("hush-hush");
    expect(hide('no "jane.doe@acme.example" (hush-hush)', redactor)).toBe('no "<e-mail>" (***)');
  });

  it("run if the tenant is named explicitly", () => {
    expect(readLiveSettings({ ...OF_A_TENANT, C1_LIVE_CONFIRM: "acme.conductor.one" })).toMatchObject({
      tenant: { tenant: "acme.conductor.one" },
      allTypes: false,
      patienceMs: 180_000,
    });
  });
});

describe("a live run on a sandbox tenant", () => {
  let sandbox: Sandbox;
  const run = async (): Promise<LiveRun> => {
    const redactor = createRedactor();
    const { serverUrl, clientId } = sandbox;
    const clientSecret = secretFromValue(sandbox.clientSecret, redactor);
    const credential = { kind: "client_credentials", clientId, clientSecret } as const;
    const tenant = { serverUrl, tenant: new URL(serverUrl).host, credential };
    return runLive({ tenant, redactor, person: undefined, allTypes: false, patienceMs: 0 }, () => undefined);
  };
  beforeAll(async () => {
    sandbox = await startSandbox();
  });
  afterAll(() => sandbox.close());

  it("does the job, answers every question, and keeps secrets and addresses out of its report", async () => {
    const { failures, steps, answered, markdown } = await run();
    expect(failures).toEqual([]);
    expect(steps.filter(({ ok }) => !ok)).toEqual([]);
    expect(QUESTIONS).toHaveLength(10);
    expect(answered.map(({ title }) => title)).toEqual(QUESTIONS.map(({ title }) => title));
    expect(answered.filter(({ answers }) => answers.length === 0)).toEqual([]);
    for (const { title, answers } of answered) {
      expect(markdown).toContain(title);
      expect(answers.filter(({ what }) => what === "could not be found out")).toEqual([]);
    }
    expect(markdown).toMatch(/a role that does not exist \| HTTP 400: .*unknown role/);
    expect(markdown).toMatch(/a connector of the retired type tailscale \| HTTP 400/);
    const made = sandbox.state.apps.filter(({ displayName }) => /^c1-admin-mcp live /.test(displayName));
    expect(made).toHaveLength(4);
    const key = sandbox.clientSecret.split(":").at(-1) ?? "";
    for (const secret of [key, "live-not-a-token", 'access_token":"']) expect(markdown).not.toContain(secret);
    expect(markdown).not.toMatch(/@acme\.example/);
    expect(sandbox.requests.filter(({ operation }) => operation === undefined)).toEqual([]);
  });

  it("leaves a report if the job cannot be done", async () => {
    sandbox.forbid("connectors.createDelegated");
    const { failures, steps, answered, markdown } = await run();
    sandbox.allowAll();
    expect(failures).toEqual([expect.stringContaining("[forbidden]")]);
    expect(steps.at(-1)).toMatchObject({ ok: false });
    expect(answered).toEqual([]);
    expect(markdown).toContain("The job was NOT done");
  });

  it("continues if a question cannot be asked, and if C1 refuses the made-up credentials", async () => {
    sandbox.forbid("connectors.create");
    sandbox.forbid("connectorOwners.list");
    const { failures, answered } = await run();
    sandbox.allowAll();
    expect(failures).toEqual([]);
    expect(answered).toHaveLength(QUESTIONS.length);
    expect(JSON.stringify(answered)).toContain("was refused: see the job");
    expect(JSON.stringify(answered)).toContain("could not be found out");
  });
});
