import { describe, expect, it } from "vitest";
import type { Problem } from "../../../src/config/problem.ts";
import { settingsSchema } from "../../../src/config/schema.ts";
import { resolveTenant, type SecretSettings } from "../../../src/config/tenant.ts";

const secret = (value: string) => async () => value;
const SECRET = { clientSecret: secret("shh") };
const ID = "brave-fox@acme.conductor.one/pcc";
const TRUST = "brave-fox@acme.conductor.one/wfe";
const NO_TOKEN =
  "CONDUCTORONE_OIDC_TOKEN is missing: CONDUCTORONE_CLIENT_ID is of a workload federation trust, which has no secret";
const KEY = `eyJrdHki${"x".repeat(120)}`;
const WHOLE_SECRET = `secret-token:conductorone.com:v1:${KEY}`;

function resolve(settings: Record<string, string>, secrets: SecretSettings = SECRET) {
  const problems: Problem[] = [];
  const config = resolveTenant(settingsSchema.parse(settings), secrets, problems);
  return { config, problems: problems.map(({ setting, message }) => `${setting} ${message}`) };
}

describe("the credential", () => {
  const all = { accessToken: secret("a"), oidcToken: secret("o"), clientSecret: secret("s") };
  const { accessToken, oidcToken, clientSecret } = all;

  it.each<[string, SecretSettings, object]>([
    ["everything set", all, { kind: "access_token", token: accessToken }],
    [
      "no access token",
      { oidcToken, clientSecret },
      { kind: "token_exchange", clientId: ID, subjectToken: oidcToken },
    ],
    ["a secret only", { clientSecret }, { kind: "client_credentials", clientId: ID, clientSecret }],
  ])("%s", (_name, secrets, credential) => {
    const { config, problems } = resolve({ clientId: ID }, secrets);
    expect(problems).toEqual([]);
    expect(config?.credential).toEqual(credential);
  });

  it("the id of a workload federation trust goes with an OIDC token, also beside a secret", () => {
    const { config, problems } = resolve({ clientId: TRUST }, { oidcToken, clientSecret });
    expect(problems).toEqual([]);
    expect(config?.credential).toEqual({ kind: "token_exchange", clientId: TRUST, subjectToken: oidcToken });
  });

  it.each<[string, Record<string, string>, SecretSettings, string]>([
    ["nothing", {}, {}, "CONDUCTORONE_CLIENT_ID and CONDUCTORONE_CLIENT_SECRET are missing"],
    ["an id only", { clientId: ID }, {}, "CONDUCTORONE_CLIENT_SECRET is missing"],
    ["a secret only", {}, SECRET, "CONDUCTORONE_CLIENT_ID is missing: CONDUCTORONE_CLIENT_SECRET needs it"],
    [
      "an OIDC token only",
      {},
      { oidcToken },
      "CONDUCTORONE_CLIENT_ID is missing: CONDUCTORONE_OIDC_TOKEN needs it",
    ],
    [
      "id and secret swapped",
      { clientId: "secret-token:conductorone.com:v1:eyJ" },
      SECRET,
      "id and secret are swapped",
    ],
    ["the id of a workload federation trust, and a secret", { clientId: TRUST }, SECRET, NO_TOKEN],
    ["such an id alone", { clientId: TRUST }, {}, NO_TOKEN],
  ])("%s is a problem", (_name, settings, secrets, problem) => {
    const { config, problems } = resolve({ serverUrl: "https://acme.conductor.one", ...settings }, secrets);
    expect(config).toBeUndefined();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
  });

  it("reports swapped id and secret as the only problem", () => {
    const { problems } = resolve({ clientId: "secret-token:conductorone.com:v1:eyJ" });
    expect(problems).toEqual(["CONDUCTORONE_CLIENT_ID holds a client secret: id and secret are swapped"]);
  });

  it("requires an address beside an access token", () => {
    const { config, problems } = resolve({}, { accessToken });
    expect(config).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining("CONDUCTORONE_SERVER_URL is missing")]);
  });
});

describe("the host inside the client id", () => {
  it.each([
    [ID, "https://acme.conductor.one"],
    ["clever-cat-1234@acme.c1eu.ai/pcc", "https://acme.c1eu.ai"],
    ["x@Acme.Conductor.One/spc", "https://acme.conductor.one"],
    ["x@localhost.example:2443/pcc", "https://localhost.example:2443"],
  ])("%s -> %s", (clientId, serverUrl) => {
    const { config, problems } = resolve({ clientId });
    expect(problems).toEqual([]);
    expect(config).toMatchObject({ serverUrl, tenant: new URL(serverUrl).host });
  });

  it.each([
    "brave-fox",
    "brave-fox@acme/pcc",
    "brave-fox@/pcc",
    "@",
    "x@acme.conductor.one:port/pcc",
    "x@acme.conductor.one?to=evil/pcc",
    "x@acme.conductor.one#evil/pcc",
    "x@acme.conductor.one\\evil/pcc",
    "x@acme.<b>/pcc",
    "x@acme..one/pcc",
    "x@acme.999/pcc",
    "x@acme.conductor.one:99999/pcc",
    "x@good.example@evil.example:pw/pcc",
  ])("%s is refused", (clientId) => {
    const { config, problems } = resolve({ clientId });
    expect(config).toBeUndefined();
    expect(problems).toEqual([
      "CONDUCTORONE_CLIENT_ID is not of the form name@tenant-host/pcc (or /spc, /wfe); copy it whole from C1",
    ]);
  });

  it.each([
    "alex.morgan@acme.example",
    "brave-fox@acme.conductor.one",
  ])("%s looks like an e-mail address, whose host is no tenant", (clientId) => {
    const { config, problems } = resolve({ clientId });
    expect(config).toBeUndefined();
    expect(problems).toEqual([
      "CONDUCTORONE_CLIENT_ID is an e-mail address, or lacks its end: an id is of the form name@tenant-host/pcc (or /spc, /wfe); copy it whole from C1",
    ]);
    expect(resolve({ clientId, serverUrl: "https://acme.example" }).config?.tenant).toBe("acme.example");
  });

  it.each([
    ['"x@acme.conductor.one/pcc"', "stands in quotation marks, which became part of it"],
    ["'x@acme.conductor.one/pcc", "stands in quotation marks, which became part of it"],
    ["\u201cx@acme.conductor.one/pcc\u201d", "stands in quotation marks, which became part of it"],
    ["x@acme.conductor.one/pcc\u2019", "stands in quotation marks, which became part of it"],
    ["x@acme conductor.one/pcc", "holds blanks or line breaks: something else was copied with it"],
    ["Client ID: x@acme.conductor.one/pcc", "holds blanks or line breaks: something else was copied with it"],
    [
      `Client ID: x@acme.conductor.one/pcc Client secret: ${WHOLE_SECRET}`,
      "holds more than a client id: a client secret, too",
    ],
    [`x@acme.conductor.one/pcc:${WHOLE_SECRET}`, "holds more than a client id: a client secret, too"],
    [`id=${KEY}`, "holds more than a client id: a client secret, too"],
    [WHOLE_SECRET, "holds a client secret: id and secret are swapped"],
  ])("%s is sent to nobody, even if an address is given", (clientId, told) => {
    for (const more of [
      {},
      { serverUrl: "https://acme.conductor.one" },
      { tenantDomain: "acme.conductor.one" },
    ]) {
      const { config, problems } = resolve({ clientId, ...more });
      expect(config).toBeUndefined();
      expect(problems).toEqual([`CONDUCTORONE_CLIENT_ID ${told}`]);
    }
  });

  it("does not matter if an address is given", () => {
    const { config } = resolve({ clientId: "brave-fox", tenantDomain: "acme.conductor.one" });
    expect(config?.tenant).toBe("acme.conductor.one");
  });
});

describe("CONDUCTORONE_SERVER_URL", () => {
  it.each([
    ["https://acme.conductor.one", "https://acme.conductor.one"],
    ["https://ACME.conductor.one/", "https://acme.conductor.one"],
    ["HTTPS://acme.c1eu.ai:443", "https://acme.c1eu.ai"],
    ["https://acme.example:8443", "https://acme.example:8443"],
    ["http://localhost:8080", "http://localhost:8080"],
    ["http://127.0.0.1:1", "http://127.0.0.1:1"],
    ["http://127.8.9.10", "http://127.8.9.10"],
    ["http://[::1]:9", "http://[::1]:9"],
    ["acme.conductor.one", "https://acme.conductor.one"],
    ["ACME.c1eu.ai/", "https://acme.c1eu.ai"],
    ["acme.example:8443", "https://acme.example:8443"],
    ["127.0.0.1:8080", "https://127.0.0.1:8080"],
  ])("%s -> %s", (serverUrl, origin) => {
    const { config, problems } = resolve({ clientId: ID, serverUrl });
    expect(problems).toEqual([]);
    expect(config).toMatchObject({ serverUrl: origin, tenant: new URL(origin).host });
  });

  it.each([
    ["acme", "full host"],
    ["acme.conductor.one/api/v1", "must be an address"],
    ["user@acme.conductor.one", "must be an address"],
    ["//acme.conductor.one", "must be an address"],
    ["acme.conductor.one:port", "must be an address"],
    ["ftp://acme.conductor.one", "must be an address"],
    ["javascript:alert(1)", "must be an address"],
    ["https://", "must be an address"],
    ["https://a b.example", "must be an address"],
    ["https://user@acme.conductor.one", "user name or password"],
    ["https://:pw@acme.conductor.one", "user name or password"],
    ["https://acme", "full host"],
    ["https://acme.conductor.one/api/v1", "no path"],
    ["https://acme.conductor.one/?a=1", "no path"],
    ["https://acme.conductor.one/#top", "no path"],
    ["http://acme.conductor.one", "must start with https:"],
    ["http://127.0.0.1.evil.example", "must start with https:"],
    ["http://localhost.evil.example", "must start with https:"],
    ["http://0.0.0.0", "must start with https:"],
    ["http://10.0.0.1", "must start with https:"],
  ])("%s is refused", (serverUrl, problem) => {
    const { config, problems } = resolve({ clientId: ID, serverUrl });
    expect(config).toBeUndefined();
    expect(problems).toEqual([expect.stringMatching(`^CONDUCTORONE_SERVER_URL .*${problem}`)]);
  });
});

it("an address in quotation marks is told so", () => {
  const { config, problems } = resolve({ clientId: ID, serverUrl: '"https://acme.conductor.one"' });
  expect(config).toBeUndefined();
  expect(problems).toEqual(["CONDUCTORONE_SERVER_URL stands in quotation marks, which became part of it"]);
});

describe("CONDUCTORONE_TENANT_DOMAIN", () => {
  it.each([
    ["acme.conductor.one", "https://acme.conductor.one"],
    ["ACME.c1eu.ai", "https://acme.c1eu.ai"],
  ])("%s -> %s", (tenantDomain, serverUrl) => {
    expect(resolve({ clientId: "plain", tenantDomain }).config?.serverUrl).toBe(serverUrl);
  });

  it.each([
    "acme",
    "acme.conductor.one/",
    "acme.conductor.one:443",
    "-a.one",
    "a_b.one",
    ".",
  ])("%s is refused", (tenantDomain) => {
    const { config, problems } = resolve({ clientId: ID, tenantDomain });
    expect(config).toBeUndefined();
    expect(problems).toEqual([expect.stringContaining("CONDUCTORONE_TENANT_DOMAIN must be the full host")]);
  });

  it("with a scheme is told to leave that out", () => {
    const { config, problems } = resolve({ clientId: ID, tenantDomain: "https://acme.conductor.one" });
    expect(config).toBeUndefined();
    expect(problems).toEqual(["CONDUCTORONE_TENANT_DOMAIN must be the host alone, without https://"]);
  });

  it("may agree with the URL, but not contradict it", () => {
    const same = { clientId: ID, serverUrl: "https://b.example", tenantDomain: "B.example" };
    expect(resolve(same).config?.tenant).toBe("b.example");
    const { config, problems } = resolve({ ...same, tenantDomain: "c.example" });
    expect(config).toBeUndefined();
    expect(problems).toEqual([
      "CONDUCTORONE_TENANT_DOMAIN and CONDUCTORONE_SERVER_URL name two different tenants",
    ]);
  });
});

it("problems of credential and address are reported together", () => {
  const { problems } = resolve({ serverUrl: "http://acme.example", tenantDomain: "acme" }, {});
  expect(problems.map((problem) => problem.split(" ", 1)[0])).toEqual([
    "CONDUCTORONE_CLIENT_ID",
    "CONDUCTORONE_SERVER_URL",
    "CONDUCTORONE_TENANT_DOMAIN",
  ]);
});
