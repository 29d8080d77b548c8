import { describe, expect, it } from "vitest";
import { putPlainly } from "../../../src/page/plain-lines.ts";

const APP = '"2lGIUK2jAaY37lX5PrBngg9KGoo" (name "Acme HR")';
const TYPE = '"2kG3aTftCcAvWtHZt2Ywry0dPn7" (name "Okta v2")';
const CONNECTOR = '"2pX6JUNmFA3TYSYTdjzZuRXkuGN" (name "Okta v2")';

const UPDATE = [
  "This connector works now, and its config will be replaced.",
  "Send this change to ConductorOne?",
  'tenant: "sandbox"',
  'tool: "update_connector"',
  'request: "POST /api/v1/apps/2lGIUK2jAaY37lX5PrBngg9KGoo/connectors/2pX6JUNmFA3TYSYTdjzZuRXkuGN"',
  `appId: ${APP}`,
  `connectorId: ${CONNECTOR}`,
  `connector.id: ${CONNECTOR}`,
  `connector.appId: ${APP}`,
  `connector.catalogId: ${TYPE}`,
  'connector.config["@type"]: "type.googleapis.com/c1.api.app.v1.EnvConfig"',
  'connector.config.configuration.okta_v2_domain: "acme.okta.example"',
  'connector.config.configuration.okta_v2_api_token: "(you type this)"',
  'updateMask: "config"',
  'change: okta_v2_domain: "acme.okta.com" -> "acme.okta.example"',
  'change: okta_v2_api_token: "(you type this)"',
];

const plainOf = (...lines: string[]) => putPlainly(lines).plain;

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
    expect(exact).toEqual(UPDATE.filter((line) => line !== "Send this change to ConductorOne?"));
  });

  it("names settings by their titles, and entries of a map by their keys", () => {
    const titles = new Map([
      ["okta_v2_domain", "Okta domain"],
      ["okta_v2_api_token", "API token"],
      ["headers", "HTTP headers"],
      ["sort_key", "Endpoint"],
    ]);
    const lines = [
      'config.configuration.sort_key: "x"',
      'config.configuration.headers.Authorization: "***"',
      'config.configuration.okta_v2_api_token.secretRef: "OKTA"',
      'config.configuration.okta_v2_domain: "acme.okta.example"',
      'change: okta_v2_domain: "acme.okta.com" -> "acme.okta.example"',
      'displayName: "okta_v2_domain: "',
    ];
    expect(putPlainly(lines, titles).plain).toEqual([
      'Setting Okta domain: "acme.okta.example"',
      'Setting Endpoint: "x"',
      'Setting headers.Authorization: "***"',
      'Setting API token: secret "OKTA"',
      'Change: Okta domain: "acme.okta.com" -> "acme.okta.example"',
      'Name: "okta_v2_domain: "',
    ]);
    expect(putPlainly(lines, titles).exact).toEqual(lines);
  });

  it.each([
    [
      'owners[0]: "2blqQvXSVhpglvqomKjZPi61NkU" (name "Jane Doe", e-mail "jane.doe@acme.example")',
      'Owner: "Jane Doe", e-mail "jane.doe@acme.example"',
    ],
    // Otherwise another Jane Doe would look the same.
    [
      'userIds[0]: "2blqQvXSVhpglvqomKjZPi61NkU" (name "Jane Doe")',
      'Owner: "2blqQvXSVhpglvqomKjZPi61NkU" (name "Jane Doe")',
    ],
    [
      'appId: "2lGIUK2jAaY37lX5PrBngg9KGoo" (name not known)',
      'App: "2lGIUK2jAaY37lX5PrBngg9KGoo" (name not known)',
    ],
    [
      'catalogId: "2kG3aTftCcAvWtHZt2Ywry0dPn7" (name "X", a type that this server does not know)',
      'Connector type: "X", a type that this server does not know',
    ],
    [
      'config.configuration["airbyte-hostname"]: "airbyte.example"',
      'Setting airbyte-hostname: "airbyte.example"',
    ],
    ['config.configuration.okta_v2_api_token.secretRef: "OKTA"', 'Setting okta_v2_api_token: secret "OKTA"'],
    [
      'userId: "2blqQvXSVhpglvqomKjZPi61NkU" (name "Jane Doe", e-mail "jane.doe@acme.example")',
      'Owner: "Jane Doe", e-mail "jane.doe@acme.example"',
    ],
    ["monthlyCostUsd: 3", "monthlyCostUsd: 3"],
    ['change: okta_v2_api_token: "other"', 'Change: okta_v2_api_token: "other"'],
    [
      'asked for by: "user:jane" (issuer "https://idp.example")',
      'Asked for by: "user:jane" (issuer "https://idp.example")',
    ],
  ])("%s -> %s", (line, plain) => {
    expect(plainOf(line)).toEqual([plain]);
  });

  it.each([
    ["a message that is not C1's own", 'config["@type"]: "type.googleapis.com/evil.Config"'],
    ["a config field that is called as a line of ours", 'config.configuration.tenant: "evil.example"'],
    ["one that is called as a line that is folded", 'config.configuration.tool: "x"'],
    ["one whose name spells a line", 'config.configuration["request: \\"x\\""]: "y"'],
    ["an annotation that is called so", 'annotations.tool: "x"'],
    ["a line that nobody knows", 'toolbox: "x"'],
  ])("hides no %s", (_what, line) => {
    const [plain, ...more] = plainOf(line);
    expect(more).toEqual([]);
    expect(plain).toContain(/: ("[^"]*")$/.exec(line)?.[1]);
    expect(plain).not.toMatch(/^(?:Tenant|tool|request): /);
  });
});
