import { describe, expect, it } from "vitest";
import type { Call } from "../../../src/c1/port.ts";
import { CONNECTOR_TYPE_ROWS } from "../../../src/connector-types/data.ts";
import { findType } from "../../../src/connector-types/find.ts";
import { Failure } from "../../../src/errors.ts";
import { createConnector } from "../../../src/tools/create-connector.ts";
import { idOf, JANE } from "../../support/fake-api.ts";
import {
  createBench,
  expectNotFound,
  expectRefused,
  lostWrite,
  NOT_NAMES,
  refusedWrite,
  STRANGE_NAMES,
  TENANT,
} from "../../support/tool-bench.ts";

const [OKTA_ID = ""] = CONNECTOR_TYPE_ROWS.flatMap(([slug, , id]) => (slug === "okta_v2" ? [id] : []));
const OKTA = findType(OKTA_ID);
const APP = idOf("app");
const BASE = { appId: APP, catalogId: OKTA_ID };
const SECRET = "00s3cr3t-api-token";
const CONFIG = { okta_domain: "acme.okta.example", okta_api_key: SECRET, pin: 90_210_555, sync: true };
const REF = { secretRef: "OKTA_API_KEY" };

/** A server with one secret, which accepts literal secrets only if the test says so. */
const secrets = (inline: boolean) => ({
  inline,
  read: async (name: string) =>
    name === REF.secretRef ? SECRET : Promise.reject(new Failure("not_configured", `No secret ${name}.`)),
  names: async () => [REF.secretRef],
});
const STRICT = { secrets: secrets(false) };
const LAX = { secrets: secrets(true) };

describe("create_connector with a config", () => {
  it("sends the envelope with secrets filled in, and returns the ids and the next step", async () => {
    const bench = createBench({}, STRICT);
    const result = await bench.succeed(createConnector, {
      ...BASE,
      description: "d",
      userIds: ["jane@acme.example"],
      config: { ...CONFIG, okta_api_key: REF },
    });
    expect(bench.argsOf("createConnector")).toEqual([
      [
        {
          appId: APP,
          catalogId: OKTA_ID,
          description: "d",
          userIds: [JANE.id],
          config: {
            "@type": "type.googleapis.com/c1.api.app.v1.EnvConfig",
            configuration: {
              okta_domain: { stringValue: "acme.okta.example" },
              okta_api_key: { stringValue: SECRET },
              pin: { stringValue: "90210555" },
              sync: { stringValue: "true" },
            },
          },
        },
      ],
    ]);
    expect(bench.sent()).toEqual(["createConnector"]);
    expect(result).toMatchObject({
      tenant: TENANT,
      appId: APP,
      connectorId: idOf("newConnector"),
      catalogId: OKTA_ID,
      next: "add_connector_user_owner; C1 checks the config when it first syncs",
    });
    expect(result.summary).toContain(`connector "${OKTA?.name}" in app "Acme CRM" of ${TENANT}`);
    expect(result.summary).toContain('integration owners: "Jane Doe (jane@acme.example)"');
  });

  it("refuses a displayName beside it, because C1 names configured connectors itself", async () => {
    const bench = createBench();
    const text = await bench.fail(createConnector, { ...BASE, displayName: "My Okta", config: {} });
    expect(text).toBe(
      "[invalid_arguments] displayName: C1 names configured connectors itself. Nothing was changed. Leave displayName out, or leave config out.",
    );
    expect(bench.api.reached).toEqual([]);
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      "a value that C1 cannot hold",
      { okta_domain: null },
      /^\[invalid_arguments\] [\s\S]*- config\.okta_domain: /,
    ],
    [
      "a secret that is written out",
      { okta_api_key: SECRET },
      /^\[secret_refused\] [\s\S]*- config\.okta_api_key: /,
    ],
    [
      "a secret where C1 would show it",
      { okta_domain: REF },
      /^\[invalid_arguments\] [\s\S]*- config\.okta_domain: /,
    ],
    [
      "a secret that is not there",
      { okta_api_key: { secretRef: "NONE" } },
      /^\[not_configured\] No secret NONE\./,
    ],
  ])("refuses %s, and sends nothing", async (_name, config, text) => {
    const bench = createBench({}, STRICT);
    const shown = await bench.fail(createConnector, { ...BASE, config });
    expect(shown).toMatch(text);
    expect(shown).toContain("Nothing was changed.");
    expect(shown).not.toContain(SECRET);
    expect(bench.sent()).toEqual([]);
  });

  it("shows no config value in results, errors, logs or the audit trail, even if C1 repeats it", async () => {
    const echo = `bad value "${SECRET}" (pin 90210555) for acme.okta.example`;
    const echoing = { id: idOf("c"), displayName: echo, status: echo, appName: echo };
    const refuse =
      (words: string) =>
      async (_input: unknown, { mask }: Call) =>
        refusedWrite("rejected", mask?.(words) ?? words)();
    const listed = { ...echoing, catalogId: OKTA_ID, createdAt: echo };
    const benches = [
      createBench({ createConnector: async () => echoing }, LAX),
      createBench({ createConnector: refuse(echo) }, LAX),
      createBench({ createConnector: refuse(`cannot parse ${JSON.stringify({ echo })}`) }, LAX),
      createBench({ createConnector: async () => Promise.reject(new TypeError(echo)) }, LAX),
    ];
    for (const bench of benches) {
      const result = await bench.run(createConnector, { ...BASE, config: CONFIG });
      expect(JSON.stringify([result, bench.audits])).not.toMatch(/s3cr3t|90210555|acme\.okta/);
      expect(bench.sent()).toHaveLength(1);
      expect(bench.audits).toHaveLength(1);
      // Forgotten after the call, because masks would otherwise accumulate.
      expect(bench.deps.redactor.redact(SECRET)).toBe(SECRET);
    }
    for (const ifExists of ["fail", "reuse"]) {
      const bench = createBench({ listConnectors: async () => ({ items: [listed] }) }, LAX);
      const result = await bench.run(createConnector, { ...BASE, config: CONFIG, ifExists });
      expect(JSON.stringify([result, bench.audits])).not.toMatch(/s3cr3t|90210555|acme\.okta/);
      expect(JSON.stringify(result)).toContain("bad value");
    }
  });

  it("recovers a lost write without showing what C1 repeats", async () => {
    const made = { id: idOf("made"), catalogId: OKTA_ID, displayName: `for acme.okta.example` };
    let lists = 0;
    const bench = createBench(
      {
        createConnector: lostWrite,
        listConnectors: async () => ({
          items: lists++ === 0 ? [] : [{ ...made, createdAt: new Date(bench.clock.now()).toISOString() }],
        }),
      },
      LAX,
    );
    const result = await bench.lapse(bench.succeed(createConnector, { ...BASE, config: CONFIG }));
    expect(result).toMatchObject({ recovered: true, connectorId: idOf("made") });
    expect(result.summary).toContain('connector "for ***" in app "Acme CRM"');
  });

  it.each([
    ["SYNC_STATUS_ERROR", true, "Give that one the config with update_connector, which mends it."],
    ["SYNC_STATUS_DISABLED", true, "Give that one the config with update_connector, which mends it."],
    ["SYNC_STATUS_DONE", true, "Go on with that id, "],
    ["SYNC_STATUS_ERROR", false, "Go on with that id, "],
  ])("where one exists (%s), config: %s, what to do begins with: %s", async (status, hasConfig, next) => {
    const there = { id: idOf("there"), catalogId: OKTA_ID, status };
    const bench = createBench({ listConnectors: async () => ({ items: [there] }) }, LAX);
    const args = { ...BASE, ...(hasConfig && { config: CONFIG }) };
    expect(await bench.fail(createConnector, args)).toContain(`]. Nothing was changed. ${next}`);
  });

  it("where one failed and update_connector is switched off, does not send there", async () => {
    const there = { id: idOf("there"), catalogId: OKTA_ID, status: "SYNC_STATUS_ERROR" };
    const switches = {
      readOnly: false,
      tools: ["create_connector"],
      writes: { default: "allow" as const, byTool: {} },
    };
    const bench = createBench({ listConnectors: async () => ({ items: [there] }) }, { ...LAX, switches });
    const text = await bench.fail(createConnector, { ...BASE, config: CONFIG });
    expect(text).toContain("]. Nothing was changed. Go on with that id, ");
  });

  it.each([
    ["SYNC_STATUS_ERROR", "Ask which one is meant. Give that one the config with update_connector, "],
    ["SYNC_STATUS_DONE", "Go on with that id, "],
  ])("where two exist, one of which failed and one is %s, what to do begins with: %s", async (status, next) => {
    const items = [
      { id: idOf("one"), catalogId: OKTA_ID, status: "SYNC_STATUS_ERROR" },
      { id: idOf("two"), catalogId: OKTA_ID, status },
    ];
    const bench = createBench({ listConnectors: async () => ({ items }) }, LAX);
    const text = await bench.fail(createConnector, { ...BASE, config: CONFIG });
    expect(text).toContain(`]. Nothing was changed. ${next}`);
  });

  it("keeps codes, ids and its own words intact, whatever values the config has", async () => {
    const there = { id: idOf("there"), catalogId: OKTA_ID, displayName: "read" };
    const words = [
      "read",
      "exists",
      "already_exists",
      "outcome_unknown",
      "app",
      "true",
      "connector",
      "Dry run",
    ];
    const config = {
      ...Object.fromEntries(words.map((word, index) => [`field${index}`, word])),
      ids: [APP, OKTA_ID, there.id, idOf("newConnector")],
      tenant: TENANT,
    };
    const args = { ...BASE, config };
    const exists = createBench({ listConnectors: async () => ({ items: [there] }) }, STRICT);
    expect(await exists.fail(createConnector, args)).toBe(
      `[already_exists] The app has a connector of type ${OKTA?.name} already: "***" [${there.id}]. Nothing was changed. Go on with that id, pass ifExists: reuse, or ifExists: create to make another one.`,
    );
    const reused = await exists.succeed(createConnector, { ...args, ifExists: "reuse" });
    expect(reused).toMatchObject({
      summary: `Reused "***" [${there.id}]; nothing was sent to ${TENANT}.`,
      connectorId: there.id,
    });
    const made = await createBench({}, STRICT).succeed(createConnector, args);
    expect(made).toMatchObject({
      summary: `Created connector "${OKTA?.name}" in app "Acme CRM" of ${TENANT}.`,
      appId: APP,
      connectorId: idOf("newConnector"),
      catalogId: OKTA_ID,
    });
    const dry = await createBench({}, STRICT).succeed(createConnector, { ...args, dryRun: true });
    expect(dry.summary).toContain("Dry run, nothing was sent: Create and configure a connector of type");
    expect(dry.request).toMatchObject({ path: "/configured" });
    const lost = createBench({ createConnector: lostWrite }, STRICT);
    expect(await lost.lapse(lost.fail(createConnector, args))).toMatch(
      /^\[outcome_unknown\] The connection broke\. Whether anything was changed is not known\. Look in C1 at the connectors of app "Acme CRM"/,
    );
  });
});

describe("create_connector without a config", () => {
  it.each<[string, Record<string, unknown>, string | undefined]>([
    ["the name of the type", BASE, OKTA?.name],
    ["the name that was given", { ...BASE, displayName: "Our Okta" }, "Our Okta"],
    [
      "the name that was given, for an unknown type",
      { ...BASE, catalogId: idOf("new"), displayName: "New" },
      "New",
    ],
  ])("accepts %s", async (_name, args, displayName) => {
    const bench = createBench();
    const result = await bench.succeed(createConnector, args);
    expect(displayName).toBeTruthy();
    expect(bench.argsOf("createDelegated")).toMatchObject([[{ appId: APP, displayName }]]);
    expect(bench.sent()).toEqual(["createDelegated"]);
    expect(result.next).toBe(
      "add_connector_user_owner; update_connector with its config, or its owner enters it in the C1 console",
    );
  });

  it("requires a name for a type that is not in the table", async () => {
    const bench = createBench();
    const text = await bench.fail(createConnector, { ...BASE, catalogId: idOf("new") });
    expect(text).toContain(
      `[invalid_arguments] displayName: is required, because the name of the type ${idOf("new")} is not known.`,
    );
    expect(bench.sent()).toEqual([]);
  });
});

describe("the result", () => {
  it("prefers C1's response: names, type and status, cleaned", async () => {
    const bench = createBench({
      createDelegated: async () => ({
        id: idOf("c"),
        catalogId: idOf("other"),
        displayName: "Okta\u202e 2",
        appName: "Acme\nCRM",
        status: "SYNC_STATUS_RUNNING",
      }),
    });
    const result = await bench.succeed(createConnector, BASE);
    expect(result).toMatchObject({
      connectorId: idOf("c"),
      catalogId: idOf("other"),
      connection: "syncing",
    });
    expect(result.summary).toContain('connector "Okta 2" in app "Acme CRM"');
  });

  it("says where to look if the outcome is unknown", async () => {
    const known = createBench({ createDelegated: lostWrite });
    expect(await known.lapse(known.fail(createConnector, BASE))).toContain(
      `Look in C1 at the connectors of app "Acme CRM" for a new ${OKTA?.name} before trying again.`,
    );
    const unknown = createBench({ createConnector: lostWrite });
    expect(
      await unknown.lapse(unknown.fail(createConnector, { ...BASE, catalogId: idOf("new"), config: {} })),
    ).toContain(
      `Look in C1 at the connectors of app "Acme CRM" for a new connector of this type before trying again.`,
    );
  });
});

describe("invalid arguments of create_connector", () => {
  it.each<[Record<string, unknown>, ...string[]]>([
    [{}, "- appId: is required", "- catalogId: is required"],
    [{ ...BASE, app_id: APP }, "- app_id: unknown argument; did you mean appId?"],
    [{ ...BASE, catalog: OKTA_ID }, "- catalog: unknown argument; did you mean catalogId?"],
    [{ ...BASE, userId: [JANE.id] }, "- userId: unknown argument; did you mean userIds?"],
    [
      { ...BASE, userIds: [JANE.id, ".."] },
      "- userIds.1: must be a user id (27 letters and digits) or an e-mail",
    ],
    [{ ...BASE, displayName: "" }, "- displayName: must not be empty"],
    [{ ...BASE, config: "text" }, "- config: must be an object, got string"],
    [{ ...BASE, config: [] }, "- config: must be an object, got array"],
  ])("%j", async (args, ...problems) => {
    await expectRefused(createConnector, args, ...problems);
  });

  it.each(["appId", "catalogId"])("%s that is neither an id nor a name", async (field) => {
    for (const value of NOT_NAMES)
      await expectRefused(createConnector, { ...BASE, [field]: value }, `- ${field}: `);
    for (const value of STRANGE_NAMES)
      await expectNotFound(createConnector, { ...BASE, [field]: value }, field);
  });
});

describe("the connector type", () => {
  it.each(["okta_v2", "Okta v2", " OKTA_V2 "])("may be given as %j", async (catalogId) => {
    const bench = createBench();
    expect(await bench.succeed(createConnector, { ...BASE, catalogId })).toMatchObject({
      catalogId: OKTA_ID,
    });
  });

  it("with a newer version is not guessed", async () => {
    const bench = createBench();
    const text = await bench.fail(createConnector, { ...BASE, catalogId: "okta" });
    expect(text).toMatch(new RegExp(`^\\[ambiguous_reference\\] catalogId: .*okta_v2.*\\[${OKTA_ID}\\]`));
    expect(bench.sent()).toEqual([]);
  });
});
