import { describe, expect, it } from "vitest";
import type { JsonObject } from "../../../src/json.ts";
import { putPlainly } from "../../../src/page/plain-lines.ts";
import { explainWith, formatLine, listBody, type QuestionLine } from "../../../src/tools/question-lines.ts";

const id = (start: string) => start.padEnd(27, "0");
const APP = id("app");
const CONNECTOR = id("connector");
const TYPE = id("type");
const JANE = id("jane");

const explain = explainWith(
  [
    { id: APP, name: "Acme HR" },
    { id: CONNECTOR, name: "Okta v2" },
    { id: TYPE, name: "Okta v2" },
    { id: JANE, name: "Jane Doe", email: "jane.doe@acme.example" },
    { id: id("otherJane"), name: "Jane Doe" },
    { id: id("ghost") },
    { id: id("x"), name: "X", note: "a type that this server does not know" },
  ],
  (text) => text,
);
const fact = (name: string, value: string): QuestionLine => ({
  kind: "fact",
  name,
  value: JSON.stringify(value),
  explained: explain(value),
});
const body = (value: JsonObject) => listBody(value, explain);
const change = (key: string, value: string): QuestionLine => ({ kind: "change", key, value });

const UPDATE: QuestionLine[] = [
  { kind: "sentence", text: "This connector works now, and its config will be replaced." },
  fact("tenant", "sandbox"),
  fact("tool", "update_connector"),
  fact("request", `POST /api/v1/apps/${APP}/connectors/${CONNECTOR}`),
  fact("appId", APP),
  fact("connectorId", CONNECTOR),
  ...body({
    connector: {
      id: CONNECTOR,
      appId: APP,
      catalogId: TYPE,
      config: {
        "@type": "type.googleapis.com/c1.api.app.v1.EnvConfig",
        configuration: { okta_v2_domain: "acme.okta.example", okta_v2_api_token: "(you type this)" },
      },
    },
    updateMask: "config",
  }),
  change("okta_v2_domain", '"acme.okta.com" -> "acme.okta.example"'),
  change("okta_v2_api_token", '"(you type this)"'),
];

const plainOf = (lines: readonly QuestionLine[]) => putPlainly(lines).plain;

describe("a question on the page", () => {
  it("says what it means in plain words, hosts first, and the whole of it beside that", () => {
    const { plain, exact } = putPlainly(UPDATE);
    expect(plain).toEqual([
      'Setting okta_v2_domain: "acme.okta.example"',
      "This connector works now, and its config will be replaced.",
      'Tenant: "sandbox"',
      'App: "Acme HR"',
      'Connector: "Okta v2"',
      'Connector type: "Okta v2"',
      'Setting okta_v2_api_token: "(you type this)"',
      'Change: okta_v2_domain: "acme.okta.com" -> "acme.okta.example"',
    ]);
    expect(exact).toEqual([
      "This connector works now, and its config will be replaced.",
      'tenant: "sandbox"',
      'tool: "update_connector"',
      `request: "POST /api/v1/apps/${APP}/connectors/${CONNECTOR}"`,
      `appId: "${APP}" (name "Acme HR")`,
      `connectorId: "${CONNECTOR}" (name "Okta v2")`,
      `connector.id: "${CONNECTOR}" (name "Okta v2")`,
      `connector.appId: "${APP}" (name "Acme HR")`,
      `connector.catalogId: "${TYPE}" (name "Okta v2")`,
      'connector.config["@type"]: "type.googleapis.com/c1.api.app.v1.EnvConfig"',
      'connector.config.configuration.okta_v2_domain: "acme.okta.example"',
      'connector.config.configuration.okta_v2_api_token: "(you type this)"',
      'updateMask: "config"',
      'change: okta_v2_domain: "acme.okta.com" -> "acme.okta.example"',
      'change: okta_v2_api_token: "(you type this)"',
    ]);
  });

  it("names settings by their titles, and entries of a map by their keys", () => {
    const fields = new Map([
      ["okta_v2_domain", "Okta domain"],
      ["okta_v2_api_token", "API token"],
      ["headers", "HTTP headers"],
      ["sort_key", "Endpoint"],
    ]);
    const titles = { fields, groups: new Map() };
    const configuration = {
      sort_key: "x",
      headers: { Authorization: "***" },
      okta_v2_api_token: { secretRef: "OKTA" },
      okta_v2_domain: "acme.okta.example",
    };
    const lines = [
      ...body({ config: { configuration } }),
      change("okta_v2_domain", '"acme.okta.com" -> "acme.okta.example"'),
      ...body({ displayName: "okta_v2_domain: " }),
    ];
    expect(putPlainly(lines, titles).plain).toEqual([
      'Setting Okta domain: "acme.okta.example"',
      'Setting Endpoint: "x"',
      'Setting headers.Authorization: "***"',
      'Setting API token: secret "OKTA"',
      'Change: Okta domain: "acme.okta.com" -> "acme.okta.example"',
      'Name: "okta_v2_domain: "',
    ]);
    expect(putPlainly(lines, titles).exact).toEqual(lines.map(formatLine));
  });

  it("names the way to log in, which is none of the type's fields", () => {
    const key = "C1_selected_field_group_name";
    const groups = new Map([
      ["app_group", "GitHub App"],
      ["token_group", "token_group"],
    ]);
    const titles = { fields: new Map([[key, "Address"]]), groups };
    const lines = [
      ...body({ config: { configuration: { [key]: "app_group" } } }),
      change(key, '"token_group" -> "app_group"'),
      change(key, '"app \\"group" -> unset'),
    ];
    expect(putPlainly(lines, titles)).toEqual({
      plain: [
        'Way to log in: "GitHub App"',
        'Change: Way to log in: "token_group" -> "GitHub App"',
        'Change: Way to log in: "app \\"group" -> unset',
      ],
      exact: lines.map(formatLine),
    });
    // Of a type that has no ways to log in, nobody knows what the key is.
    expect(plainOf(lines.slice(0, 1))).toEqual([`Setting ${key}: "app_group"`]);
  });

  it.each<[string, QuestionLine[], string]>([
    ["a person in a list", body({ owners: [JANE] }), 'Owner: "Jane Doe", e-mail "jane.doe@acme.example"'],
    // Otherwise another Jane Doe would look the same.
    [
      "a person of unknown e-mail",
      body({ userIds: [id("otherJane")] }),
      `Owner: "${id("otherJane")}" (name "Jane Doe")`,
    ],
    ["an app of unknown name", [fact("appId", id("ghost"))], `App: "${id("ghost")}" (name not known)`],
    ["a note", body({ catalogId: id("x") }), 'Connector type: "X", a type that this server does not know'],
    [
      "a key with a hyphen",
      body({ config: { configuration: { "airbyte-hostname": "airbyte.example" } } }),
      'Setting airbyte-hostname: "airbyte.example"',
    ],
    [
      "a secret by name",
      body({ config: { configuration: { okta_v2_api_token: { secretRef: "OKTA" } } } }),
      'Setting okta_v2_api_token: secret "OKTA"',
    ],
    ["a person", body({ userId: JANE }), 'Owner: "Jane Doe", e-mail "jane.doe@acme.example"'],
    ["a number", body({ monthlyCostUsd: 3 }), "monthlyCostUsd: 3"],
    ["a change", [change("okta_v2_api_token", '"other"')], 'Change: okta_v2_api_token: "other"'],
    [
      "a caller",
      [{ kind: "fact", name: "asked for by", value: '"user:jane" (issuer "https://idp.example")' }],
      'Asked for by: "user:jane" (issuer "https://idp.example")',
    ],
  ])("%s", (_what, lines, plain) => {
    expect(plainOf(lines)).toEqual([plain]);
  });

  const setting = (key: string, value: string) => body({ config: { configuration: { [key]: value } } });

  it.each<[string, QuestionLine[]]>([
    ["a message that is not C1's own", body({ config: { "@type": "type.googleapis.com/evil.Config" } })],
    ["a config field that is called as a line of ours", setting("tenant", "evil.example")],
    ["one that is called as a line that is folded", setting("tool", "x")],
    ["one whose name spells a line", setting('request: "x"', "y")],
    ["an annotation that is called so", body({ annotations: { tool: "x" } })],
    ["a part of the body that is called so", body({ tool: "x" })],
    ["a line that nobody knows", body({ toolbox: "x" })],
  ])("hides no %s", (what, lines) => {
    const [plain = "", ...more] = plainOf(lines);
    expect(more).toEqual([]);
    expect(plain).toMatch(/: "(?:x|y|evil\.example|type\.googleapis\.com\/evil\.Config)"$/);
    if (!what.startsWith("a part")) expect(plain).not.toMatch(/^(?:Tenant|tool|request): /);
  });
});
