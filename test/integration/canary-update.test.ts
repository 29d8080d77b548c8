import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { secretFromValue } from "../../src/config/secret-file.ts";
import { APPS, CONNECTORS } from "../../src/sandbox/seed.ts";
import { findCanaries } from "../support/canary.ts";
import { createLeapingClock } from "../support/leaping-clock.ts";
import { createRig, type Outcome, type Rig, type RigOptions } from "../support/rig.ts";

/* The old and new secrets of an update appear nowhere, even if the tenant repeats everything that it was sent. */

/** The sandbox repeats a credential that contains these words when a sync fails. */
const ECHO = "echoed-credential";
const OLD = `canarybird-old-${ECHO}-4Kd7`;
const NEW = `canarybird-new-${ECHO}-8Pz3`;
/** A secret that C1 shows in a config. */
const SHOWN = "canarybird-shown-by-c1-6Vt9";

const PLACE = { appId: APPS.hr.id, connectorId: CONNECTORS.hrOkta.id };
const okta = (token: unknown) => ({ okta_v2_domain: "new.okta.example", okta_v2_api_token: token });
const byName = (secretRef: string) => okta({ secretRef });

let rig: Rig;
let said: Outcome[];
let asked: string[];
afterEach(async () => {
  await rig.close();
});

async function open(options: RigOptions = {}): Promise<void> {
  said = [];
  asked = [];
  rig = await createRig({
    clock: createLeapingClock(),
    timeoutMs: 10_000,
    secrets: { env: { C1_MCP_SECRET_OLD: OLD, C1_MCP_SECRET_NEW: NEW } },
    sandbox: { syncQueueMs: 100, syncMs: 100 },
    ...options,
  });
}

async function call(tool: string, args: object): Promise<Outcome> {
  const ask = async ({ message }: { message: string }) => {
    asked.push(message);
    return "accepted" as const;
  };
  const outcome = await rig.call(tool, args, { ask });
  said.push(outcome);
  return outcome;
}

/** All output of the server, as one text. */
function everything(): string {
  return [...said.map((one) => JSON.stringify(one)), ...asked, JSON.stringify(rig.audits), ...rig.logs].join(
    "\n",
  );
}

function expectNone(): void {
  expect(findCanaries(everything())).toEqual([]);
}

const update = (more: object) => call("update_connector", { ...PLACE, replaceWorking: true, ...more });

describe("a referenced secret never appears", () => {
  it.each([
    false,
    true,
  ])("in results, previews, questions and errors of later calls, consent: %s", async (confirm) => {
    await open({ confirm });
    const old = await update({ config: byName("OLD"), waitSeconds: 30 });
    expect(old.value).toMatchObject({
      connection: "failed",
      lastError: expect.stringMatching(/token "\*\*\*"/),
    });
    await update({ config: byName("NEW"), dryRun: true });
    const renewed = await update({ config: byName("NEW"), waitSeconds: 30 });
    expect(renewed.value).toMatchObject({ connection: "failed" });
    const synced = await call("sync_connector", { ...PLACE, waitSeconds: 30 });
    expect(synced.value).toMatchObject({ connection: "failed", lastError: expect.stringContaining("***") });
    const seen = await call("find_connectors", PLACE);
    expect(seen.text).toContain("the token");
    const sent = JSON.stringify(rig.writes());
    for (const secret of [OLD, NEW]) expect(sent).toContain(secret);
    expect(asked).toHaveLength(confirm ? 3 : 0);
    expectNone();
  });

  it.each([400, 403, 404, 409, 500])("in a refusal that repeats the whole request (%i)", async (status) => {
    await open();
    const refuse = (operation: string, ...secrets: string[]) => {
      const body = {
        code: 3,
        message: `no: ${secrets.join(" ")} ${JSON.stringify(secrets)}`,
        details: secrets,
      };
      rig.sandbox.faults.add({ match: { operation }, do: { kind: "status", status, body } });
    };
    refuse("connectors.update", OLD);
    await update({ config: byName("OLD") });
    refuse("connectors.update", NEW, OLD);
    await update({ config: byName("NEW") });
    refuse("connectors.forceSync", OLD, NEW);
    await call("sync_connector", PLACE);
    expect(said.every(({ isError }) => isError)).toBe(true);
    expect(JSON.stringify(rig.writes())).toContain(NEW);
    expectNone();
  });

  it("in a response that repeats it in every text", async () => {
    await open();
    const repeat = (body: unknown) => {
      const { connectorView } = body as { connectorView: { connector: Record<string, unknown> } };
      const connector = { ...connectorView.connector, displayName: NEW, description: NEW };
      return { connectorView: { ...connectorView, connector }, expanded: [{ displayName: NEW }] };
    };
    for (const operation of ["connectors.update", "connectors.get"])
      rig.sandbox.faults.add({
        match: { operation },
        do: { kind: "rewrite", rewrite: repeat },
        when: "after",
        times: Number.POSITIVE_INFINITY,
      });
    await update({ config: byName("NEW"), waitSeconds: 30 });
    await update({ config: byName("NEW"), dryRun: true });
    expect(said.map(({ isError }) => isError)).toEqual([false, false]);
    expectNone();
  });
});

/*
 * A secret is masked when it is configured, when it is read, and with each response. All three are needed: each of these tests has a
 * secret that only one of them masks.
 */
describe("a secret in a moment when only one of the three masks knows it never appears", () => {
  let dir: string;
  afterEach(() => rmSync(dir, { recursive: true, force: true }));

  const rotate = (value: string) => writeFileSync(join(dir, "VAULT"), value, { mode: 0o600 });
  const inFile = byName("VAULT");

  /** @param stepMs by how much the clock advances whenever it is read. It does not leap: a leaping clock does not see files being read. */
  async function openWithFile(stepMs: number): Promise<void> {
    dir = mkdtempSync(join(tmpdir(), "canary-"));
    rotate(OLD);
    let now = Date.now();
    const clock = { ...systemClock, now: () => (now += stepMs) };
    await open({ clock, timeoutMs: 600_000, secrets: { dir } });
  }

  it("that another process used after it was rotated", async () => {
    await openWithFile(2_000);
    const atResponse = () => {
      rotate(NEW);
      return { code: 3, message: `the token ${NEW} is not valid` };
    };
    rig.sandbox.faults.add({
      match: { operation: "connectors.update" },
      do: { kind: "status", status: 400, body: { toJSON: atResponse } },
    });
    const { text } = await update({ config: inFile });
    expect(text).toContain("the token *** is not valid");
    const sent = JSON.stringify(rig.writes());
    expect([sent.includes(OLD), sent.includes(NEW)]).toEqual([true, false]);
    expectNone();
  });

  it("that was rotated within the second in which the files are not looked at again", async () => {
    await openWithFile(0);
    await update({ config: inFile, dryRun: true });
    rotate(NEW);
    const body = { code: 3, message: `the token ${NEW} is not valid` };
    rig.sandbox.faults.add({
      match: { operation: "connectors.update" },
      do: { kind: "status", status: 400, body },
    });
    const { text } = await update({ config: inFile });
    expect(text).toContain("the token *** is not valid");
    expect(JSON.stringify(rig.writes())).toContain(NEW);
    expectNone();
  });

  it("that is the server's own and was not used yet", async () => {
    const credential: RigOptions["credential"] = (_sandbox, redactor) => ({
      kind: "access_token",
      token: secretFromValue(NEW, redactor),
    });
    await open({ credential });
    await update({ config: {}, [NEW]: true });
    expect(said[0]?.text).toContain("***: unknown argument");
    expect(rig.requests()).toEqual([]);
    expectNone();
  });
});

describe("a literal secret never appears", () => {
  it("where literals are refused", async () => {
    await open();
    const { text } = await update({ config: okta(NEW) });
    expect(text).toMatch(/^\[secret_refused\]/);
    expect(rig.writes()).toEqual([]);
    expectNone();
  });

  it.each([false, true])("where literals are allowed, consent: %s", async (confirm) => {
    await open({ secrets: { inline: true, env: {} }, confirm });
    await update({ config: okta(NEW), dryRun: true });
    const { value } = await update({ config: okta(NEW), waitSeconds: 30 });
    expect(value).toMatchObject({ connection: "failed", lastError: expect.stringContaining("***") });
    expect(JSON.stringify(rig.writes())).toContain(NEW);
    expect(asked).toHaveLength(confirm ? 1 : 0);
    expectNone();
  });
});

describe("a secret that C1 shows never appears", () => {
  it.each([false, true])("in what an update omits, replaces or previews, consent: %s", async (confirm) => {
    await open({ confirm });
    const reveal = (body: unknown) => {
      const { connectorView, ...rest } = body as { connectorView: { connector: Record<string, unknown> } };
      const configuration = {
        okta_v2_domain: { stringValue: "acme.okta.com" },
        okta_v2_api_token: { stringValue: SHOWN },
      };
      const connector = { ...connectorView.connector, config: { configuration } };
      return { ...rest, connectorView: { ...connectorView, connector } };
    };
    rig.sandbox.faults.add({
      match: { operation: "connectors.get" },
      do: { kind: "rewrite", rewrite: reveal },
      when: "after",
      times: Number.POSITIVE_INFINITY,
    });
    const short = await update({ config: { okta_v2_domain: "new.okta.example" } });
    expect(short.text).toContain("okta_v2_api_token");
    const preview = await update({ config: byName("NEW"), dryRun: true });
    expect(preview.value.changes).toHaveLength(2);
    await update({ config: byName("NEW") });
    expect(asked).toHaveLength(confirm ? 1 : 0);
    expectNone();
  });
});
