import { beforeAll, describe, expect, it } from "vitest";
import type { Connector } from "../../../src/c1/port.ts";
import { Failure } from "../../../src/errors.ts";
import { updateConnector } from "../../../src/tools/update-connector.ts";
import { type Behaviour, idOf } from "../../support/fake-api.ts";
import { createBench, expectRefused, lostWrite } from "../../support/tool-bench.ts";
import { live } from "./connector-config/specs.ts";

// Loaded in advance: on first use that takes real time, in which the clock of the bench would reach the deadline.
beforeAll(() => import("../../../src/connector-types/match.ts"));

const APP = idOf("app");
const CONNECTOR = idOf("connector");
const OKTA_V2 = "2kG3aTftCcAvWtHZt2Ywry0dPn7";
const BATON = "2HErg7BRmNdHgX8sTCWVq4E1fyh";
const CONFIG = { okta_v2_domain: "new.okta.example", okta_v2_api_token: { secretRef: "OKTA" } };
const ARGS = { appId: APP, connectorId: CONNECTOR, config: CONFIG };
const SECRET = "hunter2-hunter2";
const START = Date.UTC(2026, 0, 1);
const at = (ms: number) => new Date(START + ms).toISOString();

const secrets = { inline: false, read: async () => SECRET, names: async () => ["OKTA"] };
const FAILED: Connector = {
  id: CONNECTOR,
  appId: APP,
  catalogId: OKTA_V2,
  displayName: "Okta",
  status: "SYNC_STATUS_ERROR",
  lastError: "401 Unauthorized",
  syncStartedAt: at(-9_000),
  syncCompletedAt: at(-8_000),
  configUpdatedAt: at(-10_000),
  configShown: new Map([["okta_v2_domain", "old.okta.example"]]),
};
const { lastError: _reason, ...fine } = FAILED;
const WORKS: Connector = { ...fine, status: "SYNC_STATUS_DONE" };
const BARE: Connector = { id: CONNECTOR, catalogId: OKTA_V2, status: "SYNC_STATUS_DISABLED" };

const open = (before: Connector, behaviour: Behaviour = {}) =>
  createBench({ getConnector: async () => before, ...behaviour }, { secrets });

describe("update_connector", () => {
  it("sends the whole config to a connector whose sync failed, and says what to do next", async () => {
    const bench = open(FAILED);
    const result = await bench.succeed(updateConnector, ARGS);
    expect(result).toEqual({
      summary: `Updated the config of connector "Okta" of app "Acme CRM" in acme.conductor.one.`,
      tenant: "acme.conductor.one",
      appId: APP,
      connectorId: CONNECTOR,
      next: "sync_connector with waitSeconds, to see whether C1 can work with it",
      unchecked: ["config fields of the type (not_found)"],
    });
    expect(bench.argsOf("updateConnector")).toEqual([
      [
        {
          appId: APP,
          connectorId: CONNECTOR,
          catalogId: OKTA_V2,
          config: {
            "@type": "type.googleapis.com/c1.api.app.v1.EnvConfig",
            configuration: {
              okta_v2_domain: { stringValue: "new.okta.example" },
              okta_v2_api_token: { stringValue: SECRET },
            },
          },
        },
      ],
    ]);
    expect(JSON.stringify([result, bench.audits, bench.logs])).not.toContain(SECRET);
  });

  it("fills one that was created without a config, where nothing can be missing", async () => {
    const bench = open(BARE);
    await bench.succeed(updateConnector, { ...ARGS, config: { okta_v2_domain: "new.okta.example" } });
    expect(bench.sent()).toEqual(["updateConnector"]);
  });

  it.each([
    [WORKS],
    [{ ...WORKS, status: "SYNC_STATUS_RUNNING" }],
    [{ ...WORKS, status: "SYNC_STATUS_NEWER" }],
    [{ ...WORKS, status: "constructor" }],
  ])("does not touch a working connector unless that is stated (%#)", async (before) => {
    const bench = open(before);
    const text = await bench.fail(updateConnector, ARGS);
    expect(text).toMatch(
      /^\[invalid_arguments\] replaceWorking: must be true, because connector "Okta" works\./,
    );
    expect(bench.sent()).toEqual([]);
    const args = { ...ARGS, replaceWorking: true };
    const { summary } = await bench.succeed(updateConnector, { ...args, dryRun: true });
    expect(summary).toMatch(/^Dry run, nothing was sent: .+\. This connector works now/);
    const replaced = await bench.succeed(updateConnector, args);
    expect(replaced.summary).toMatch(/^Replaced the working config of connector "Okta" /);
    expect(bench.sent()).toEqual(["updateConnector"]);
    expect(bench.audits.at(-1)?.targets).toMatchObject({ replaces: "working config" });
  });

  it("records which settings it changes, and nothing of a working config if there was none", async () => {
    const bench = open(FAILED);
    await bench.succeed(updateConnector, ARGS);
    expect(bench.audits.at(-1)?.targets).toEqual({
      appId: ARGS.appId,
      connectorId: ARGS.connectorId,
      catalogId: FAILED.catalogId,
      settings: ["okta_v2_domain", "okta_v2_api_token"],
    });
  });

  it("warns the person who is asked in the first line, and shows each change", async () => {
    const policy = {
      readOnly: false,
      tools: undefined,
      writes: { default: "confirm" as const, byTool: {} },
    };
    const bench = createBench({ getConnector: async () => WORKS }, { secrets, switches: policy });
    let asked = "";
    const ask = async ({ message }: { message: string }) => {
      asked = message;
      return "accepted" as const;
    };
    await bench.succeed(updateConnector, { ...ARGS, replaceWorking: true }, { ask });
    expect(asked.split("\n")[0]).toBe("This connector works now, and its config will be replaced.");
    expect(asked).toContain('change: okta_v2_domain: "old.okta.example" -> "new.okta.example"');
    expect(asked).toContain('change: okta_v2_api_token: {"secretRef":"OKTA"}');
    expect(asked).not.toContain(SECRET);
    const failed = createBench({ getConnector: async () => FAILED }, { secrets, switches: policy });
    await failed.succeed(updateConnector, ARGS, { ask });
    expect(asked.split("\n")[0]).toBe("Send this change to ConductorOne?");
  });

  describe("a connector that begins to work while a person decides", () => {
    /** Asks a person; the connector works, and the clock is changed, before they agree. */
    async function decide(args: object, setBackMs = 0) {
      let connector = FAILED;
      const switches = {
        readOnly: false,
        tools: undefined,
        writes: { default: "confirm" as const, byTool: {} },
      };
      const bench = createBench({ getConnector: async () => connector }, { secrets, switches });
      const ask = async () => {
        connector = WORKS;
        bench.clock.advance(20_000);
        bench.clock.set(-setBackMs);
        return "accepted" as const;
      };
      const text = await bench.fail(updateConnector, { ...ARGS, ...args }, { ask });
      expect(bench.sent()).toEqual([]);
      return text;
    }

    it.each([
      ["a while later", 0],
      ["by a clock that was set back", 40_000],
    ])("is not changed: %s", async (_when, ms) => {
      expect(await decide({}, ms)).toMatch(/^\[invalid_arguments\] replaceWorking: must be true/);
    });

    it("is not replaced by a consent that was given without the warning", async () => {
      expect(await decide({ replaceWorking: true })).toMatch(
        /^\[declined\] While the person decided, what they agreed to has changed\./,
      );
    });
  });

  it("a dry run shows the changes and the request without the secret, and sends nothing", async () => {
    const bench = open(FAILED);
    const result = await bench.succeed(updateConnector, { ...ARGS, dryRun: true });
    expect(result.summary).not.toContain("works now");
    expect(result.changes).toEqual([
      'okta_v2_domain: "old.okta.example" -> "new.okta.example"',
      'okta_v2_api_token: {"secretRef":"OKTA"}',
    ]);
    expect(JSON.stringify(result)).not.toContain(SECRET);
    expect(bench.sent()).toEqual([]);
  });

  it("a dry run's changes show no more of a field than its request, old values included", async () => {
    const before = new Map([["okta_v2_domain", "https://old.okta.example/?token=OLDvalueCANARY"]]);
    const bench = open({ ...FAILED, configShown: before });
    const config = { ...ARGS.config, okta_v2_domain: "https://new.okta.example/?token=NEWvalueCANARY" };
    const result = await bench.succeed(updateConnector, { ...ARGS, config, dryRun: true });
    expect(result.changes).toEqual([
      'okta_v2_domain: "https://old.okta.example/?token=***" -> "https://new.okta.example/?token=***"',
      'okta_v2_api_token: {"secretRef":"OKTA"}',
    ]);
    expect(JSON.stringify(result)).not.toContain("CANARY");
  });

  describe("a field of the current config that the new one lacks", () => {
    it.each([
      [
        { okta_v2_api_token: { secretRef: "OKTA" } },
        'config.okta_v2_domain: is required; now "old.okta.example"',
      ],
      [
        { okta_v2_domain: "new.okta.example" },
        "config.okta_v2_api_token: is required; a secret, which cannot be read back",
      ],
    ])("is refused by name: %j", async (config, problem) => {
      const bench = open(FAILED);
      const text = await bench.fail(updateConnector, { ...ARGS, config });
      expect(text).toMatch(/^\[invalid_arguments\] An update takes the whole config:/);
      expect(text).toContain(problem);
      expect(text).toContain("or null where it is not set");
      expect(bench.sent()).toEqual([]);
    });

    it("is refused in the same words if the type requires it", async () => {
      const fields = ["okta_v2_domain", "okta_v2_api_token"].map((name) => ({ name, required: true }));
      const bench = open(FAILED, { getSchema: async () => live(fields) });
      const text = await bench.fail(updateConnector, { ...ARGS, config: { okta_v2_domain: null } });
      expect(text).toContain('\n- config.okta_v2_domain: is required; now "old.okta.example"\n');
      expect(text).toContain("\n- config.okta_v2_api_token: is required; give {");
      expect(bench.sent()).toEqual([]);
    });

    it("may be unset explicitly", async () => {
      const bench = open(FAILED);
      const config = { ...CONFIG, okta_v2_domain: null };
      const result = await bench.succeed(updateConnector, { ...ARGS, config, dryRun: true });
      expect(result.changes).toContain('okta_v2_domain: "old.okta.example" -> unset');
      expect(JSON.stringify(result.request)).not.toContain("okta_v2_domain");
    });

    it("could be any field if C1 shows that there is a config, but none of it", async () => {
      const { configShown: _hidden, ...blank } = FAILED;
      const bench = open(blank);
      const text = await bench.fail(updateConnector, ARGS);
      expect(text).toContain("config.okta_sync_custom_roles: is required; not shown");
    });
  });

  describe("an answer that shows another config than was sent", () => {
    const schema = live([
      { name: "okta_v2_domain" },
      { name: "okta_v2_api_token" },
      { name: "okta_sync_secrets", kind: "bool" },
      { name: "sites", kind: "list" },
      { name: "region" },
    ]);
    const config = { ...CONFIG, okta_sync_secrets: true, sites: ["b", "a"], region: null };
    const SENT = { okta_v2_domain: "new.okta.example", okta_sync_secrets: "true", sites: "b,a" };

    async function summaryOf(shown: Record<string, string>): Promise<unknown> {
      const before = new Map([["region", "eu"]]);
      const bench = open(
        { ...FAILED, configShown: before },
        {
          getSchema: async () => schema,
          updateConnector: async () => ({
            ...FAILED,
            configUpdatedAt: at(0),
            configShown: new Map(Object.entries(shown)),
          }),
        },
      );
      return (await bench.succeed(updateConnector, { ...ARGS, config })).summary;
    }

    const UPDATED = `Updated the config of connector "Okta" of app "Acme CRM" in acme.conductor.one`;

    it.each<[string, Record<string, string>, string]>([
      ["the old value", { ...SENT, okta_v2_domain: "old.okta.example" }, '"okta_v2_domain"'],
      ["two", { ...SENT, okta_v2_domain: "x", sites: "a,c" }, '"okta_v2_domain", "sites"'],
      ["what was to be unset", { ...SENT, region: "eu" }, '"region"'],
    ])("names the fields, not the values: %s", async (_what, shown, named) => {
      const others = `; C1 shows other values than were sent for: ${named}`;
      expect(await summaryOf(shown)).toBe(`${UPDATED}${others}.`);
    });

    it.each<[string, Record<string, string>]>([
      ["the same", SENT],
      ["nothing", {}],
      ["a part", { okta_v2_domain: "new.okta.example" }],
      ["C1's own way to write it", { ...SENT, okta_sync_secrets: "True", sites: "a, b" }],
      ["what C1 masks", { ...SENT, okta_v2_domain: "***", okta_v2_api_token: "0000" }],
      ["a default of what was not sent", { ...SENT, region: "us", other: "x" }],
    ])("says nothing of %s", async (_what, shown) => {
      expect(await summaryOf(shown)).toBe(`${UPDATED}.`);
    });
  });

  describe("after a lost response", () => {
    const lost = (after: Partial<Connector>) => {
      let reads = 0;
      const bench = open(FAILED, {
        updateConnector: lostWrite,
        getConnector: async () => {
          reads += 1;
          // The first two are before the write.
          return reads > 2 ? { ...FAILED, ...after } : FAILED;
        },
      });
      return bench.lapse(bench.run(updateConnector, ARGS));
    };
    const NEW = new Map([["okta_v2_domain", "new.okta.example"]]);

    it("a config that changed since, and equals what was sent, is proof", async () => {
      const { structuredContent, content } = await lost({ configUpdatedAt: at(0), configShown: NEW });
      expect(structuredContent, content[0].text).toMatchObject({ recovered: true, connectorId: CONNECTOR });
    });

    it.each<[string, Partial<Connector>]>([
      ["an unchanged config", {}],
      ["one that somebody else changed", { configUpdatedAt: at(0) }],
      ["one that changed before", { configUpdatedAt: at(-5_000), configShown: NEW }],
      ["one of the year 2099", { configUpdatedAt: "2099-01-01T00:00:00Z", configShown: NEW }],
    ])("%s proves nothing", async (_what, after) => {
      const { content } = await lost(after);
      expect(content[0].text).toMatch(/^\[outcome_unknown\] .*the same update again does no harm/);
    });
  });

  describe("another change between the first look and the write", () => {
    const NEW = new Map([["okta_v2_domain", "new.okta.example"]]);

    /** Two updates at once with different secrets, of which C1 gets only the first. */
    it("by another call does not pass for this one, whose response is lost", async () => {
      let connector = FAILED;
      let writes = 0;
      const bench = open(FAILED, {
        getConnector: async () => connector,
        async updateConnector() {
          writes += 1;
          if (writes > 1) return lostWrite();
          await new Promise(setImmediate);
          connector = { ...FAILED, configUpdatedAt: at(0), configShown: NEW };
          return connector;
        },
      });
      const calls = [bench.run(updateConnector, ARGS), bench.run(updateConnector, ARGS)];
      const [first, second] = await bench.lapse(Promise.all(calls));
      expect(first?.structuredContent).toMatchObject({ connectorId: CONNECTOR });
      expect(second?.content[0].text).toMatch(
        /^\[unavailable\] The config of connector "Okta" was changed while this call was prepared\. Nothing was changed\./,
      );
      expect(bench.audits).toMatchObject([{ changed: "yes" }, { changed: "no" }]);
      expect(writes).toBe(1);
    });

    it.each([
      ["an older state, which a replica of C1 shows", at(-60_000)],
      ["the same time, written in another way", "2025-12-31T18:59:50-05:00"],
    ])("is not %s", async (_what, configUpdatedAt) => {
      let reads = 0;
      const bench = open(FAILED, {
        async getConnector() {
          reads += 1;
          return reads > 1 ? { ...FAILED, configUpdatedAt } : FAILED;
        },
      });
      await bench.succeed(updateConnector, ARGS);
    });

    it.each([
      [{}, /^\[invalid_arguments\] replaceWorking: must be true/],
      // Neither the record nor a person would be told that the config worked.
      [
        { replaceWorking: true },
        /^\[unavailable\] The config of connector "Okta" works now, .* Nothing was changed\./,
      ],
    ])("by which the connector works is not undone, with %j", async (more, words) => {
      let reads = 0;
      const bench = open(FAILED, {
        async getConnector() {
          reads += 1;
          return reads > 1 ? WORKS : FAILED;
        },
      });
      expect(await bench.fail(updateConnector, { ...ARGS, ...more })).toMatch(words);
      expect(bench.sent()).toEqual([]);
    });
  });

  it("does not check a config of a type that C1 does not show", async () => {
    const bench = open({ id: CONNECTOR, displayName: "Okta" });
    expect(await bench.fail(updateConnector, ARGS)).toMatch(/^\[unavailable\] C1 does not show the type/);
    expect(bench.sent()).toEqual([]);
  });

  it("never advises to leave out its config, without which there is no update", async () => {
    const literal = { okta_v2_domain: "new.okta.example", okta_v2_api_token: "00hunter22hunter22" };
    const asked = { okta_v2_domain: "new.okta.example", okta_v2_api_token: { ask: true } };
    const texts = await Promise.all([
      open(FAILED).fail(updateConnector, { ...ARGS, config: literal }),
      open(FAILED).fail(updateConnector, { ...ARGS, config: asked }),
      open({ ...FAILED, catalogId: BATON }).fail(updateConnector, ARGS),
    ]);
    expect(texts.map((text) => text.slice(0, 18))).toEqual([
      "[secret_refused] T",
      "[person_needed] No",
      "[invalid_arguments",
    ]);
    for (const text of texts) {
      expect(text).not.toMatch(/leave config out/i);
      expect(text).toMatch(/leave the connector as it is.* in the C1 console\./i);
    }
  });

  it("needs to see the connector", async () => {
    const getConnector = () =>
      Promise.reject(new Failure("not_found", "C1 does not know it.", { status: 404 }));
    const bench = createBench({ getConnector }, { secrets });
    expect(await bench.fail(updateConnector, ARGS)).toMatch(/^\[not_found\] .* Nothing was changed\./);
    expect(bench.sent()).toEqual([]);
  });

  it("refuses invalid arguments by name", async () => {
    await expectRefused(updateConnector, { ...ARGS, config: [] }, "config: must be an object");
    await expectRefused(updateConnector, { ...ARGS, waitSeconds: 601 }, "waitSeconds: must be at most 600");
    await expectRefused(updateConnector, { ...ARGS, replaceworking: true }, "did you mean replaceWorking?");
  });
});
