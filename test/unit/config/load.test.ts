import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Secret } from "../../../src/config/credential.ts";
import {
  describeProblems,
  type Environment,
  type Flags,
  loadConfiguration,
} from "../../../src/config/load.ts";
import { SETTINGS, type Setting } from "../../../src/config/schema.ts";
import type { TenantConfig } from "../../../src/config/tenant.ts";
import { createRedactor } from "../../../src/log/redact.ts";

const READY = {
  CONDUCTORONE_CLIENT_ID: "brave-fox@acme.conductor.one/pcc",
  CONDUCTORONE_CLIENT_SECRET: "secret-token:conductorone.com:v1:eyJrdHkiOiJPS1AifQ",
};

function load(env: Environment, flags: Flags = {}, sandbox = false) {
  const redactor = createRedactor();
  const configuration = loadConfiguration(env, flags, { sandbox, redactor });
  return {
    ...configuration,
    redactor,
    lines: describeProblems(configuration.problems).split("\n").filter(Boolean),
  };
}

/** An unfilled placeholder, which clients leave in a variable without a value. */
const unfilled = (name: string) => `$\{${name}}`;

/** The secret of a credential of any kind. */
function readSecret(tenant: TenantConfig | undefined): Promise<string> | undefined {
  const values: (string | Secret)[] = Object.values(tenant?.credential ?? {});
  return values.find((value) => typeof value === "function")?.();
}

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "load-"));
  file = join(folder, "secret");
  writeFileSync(file, "secret-of-the-file\n");
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("a complete configuration", () => {
  it("has defaults, a tenant and no problems", () => {
    const { settings, tenant, problems, httpToken } = load(READY);
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({ logLevel: "info", timeoutMs: 45_000, host: "127.0.0.1", port: 8321 });
    expect(tenant).toMatchObject({ serverUrl: "https://acme.conductor.one", tenant: "acme.conductor.one" });
    expect(httpToken).toBeUndefined();
  });

  it("trims values, treats an empty one as unset, and ignores foreign variables", () => {
    const { settings, problems } = load({
      ...READY,
      C1_MCP_TIMEOUT_MS: " 1000 ",
      C1_MCP_PORT: "",
      C1_MCP_LOG_LEVEL: "  ",
      CONDUCTORONE_ACCESS_TOKEN: " ",
      PATH: "/bin",
      MY_C1_MCP_THING: "x",
      CONDUCTORONE_SOMETHING: "x",
    });
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({ timeoutMs: 1_000, port: 8321, logLevel: "info" });
  });

  it("needs no credential with a sandbox, and binds to no tenant even if one is set", () => {
    expect(load({}, {}, true)).toMatchObject({ problems: [], tenant: undefined });
    expect(load(READY, {}, true)).toMatchObject({ problems: [], tenant: undefined });
  });

  it("does not ignore a credentials file silently that a sandbox has no use for", () => {
    const env = { C1_MCP_CREDENTIALS_FILE: "/nowhere/credentials.json" };
    const setting = "C1_MCP_CREDENTIALS_FILE";
    expect(load(env, {}, true)).toMatchObject({
      problems: [],
      warnings: [
        { setting, message: "is not used with --sandbox; over stdio, every call is refused with it" },
      ],
    });
    const overStdio = { sandbox: true, redactor: createRedactor(), overStdio: true };
    expect(loadConfiguration(env, {}, overStdio)).toMatchObject({
      problems: [{ setting, code: "only_for_http" }],
      warnings: [],
    });
  });

  it("lets flags override the environment, even an invalid value there", () => {
    expect(load({ ...READY, C1_MCP_PORT: "1" }, { port: "2" }).settings.port).toBe(2);
    const { settings, problems } = load({ ...READY, C1_MCP_PORT: "x" }, { port: "0", host: "::1" });
    expect(settings).toMatchObject({ port: 0, host: "::1" });
    expect(problems).toEqual([]);
  });
});

describe("invalid values", () => {
  it.each([
    ["C1_MCP_TIMEOUT_MS", "soon", "must be a whole number of milliseconds"],
    ["C1_MCP_TIMEOUT_MS", "1500.5", "must be a whole number of milliseconds"],
    ["C1_MCP_TIMEOUT_MS", "99", "must be at least 100"],
    ["C1_MCP_TIMEOUT_MS", "-1", "must be at least 100"],
    ["C1_MCP_TIMEOUT_MS", "600001", "must be at most 600000"],
    ["C1_MCP_PORT", "http", "must be a port number"],
    ["C1_MCP_PORT", "65536", "must be between 0 and 65535"],
    ["C1_MCP_PORT", "-1", "must be between 0 and 65535"],
    ["C1_MCP_LOG_LEVEL", "loud", "must be one of trace, debug, info, warn, error, silent"],
    ["C1_MCP_HTTP_TOKEN", "too-short", "must have at least 16 characters"],
  ])("%s=%s", (name, value, problem) => {
    expect(load({ ...READY, [name]: value }).lines).toEqual([`- ${name} ${problem}`]);
  });

  it("name the flag that they came from", () => {
    const { lines } = load(READY, { port: "x" });
    expect(lines).toEqual(["- --port must be a port number"]);
  });

  it("leave the other settings in force, including the tenant", () => {
    const { settings, tenant, lines } = load({
      ...READY,
      C1_MCP_LOG_LEVEL: "silent",
      C1_MCP_TIMEOUT_MS: "x",
      C1_MCP_PORT: "7",
    });
    expect(settings).toMatchObject({ logLevel: "silent", timeoutMs: 45_000, port: 7 });
    expect(tenant?.tenant).toBe("acme.conductor.one");
    expect(lines).toHaveLength(1);
  });
});

const TOO_SHORT = "is too short (at least 8 characters are needed to keep it out of what is shown)";

describe("secrets", () => {
  const named = [
    ["CONDUCTORONE_ACCESS_TOKEN", "access_token"],
    ["CONDUCTORONE_OIDC_TOKEN", "token_exchange"],
    ["CONDUCTORONE_CLIENT_SECRET", "client_credentials"],
  ] as const;

  it.each(named)("%s is read, masked, and determines the kind of credential", async (name, kind) => {
    const { tenant, redactor } = load({
      CONDUCTORONE_CLIENT_ID: READY.CONDUCTORONE_CLIENT_ID,
      [name]: " hunter22 ",
    });
    expect(tenant?.credential.kind).toBe(kind);
    expect(redactor.redact("hunter22")).toBe("***");
    expect(await readSecret(tenant)).toBe("hunter22");
  });

  it.each(named)("%s_FILE does the same", async (name, kind) => {
    const { tenant, problems } = load({
      CONDUCTORONE_CLIENT_ID: READY.CONDUCTORONE_CLIENT_ID,
      [`${name}_FILE`]: file,
    });
    expect(problems).toEqual([]);
    expect(tenant?.credential.kind).toBe(kind);
    expect(await readSecret(tenant)).toBe("secret-of-the-file");
  });

  it("are chosen in the vendor's order", () => {
    const env = { ...READY, CONDUCTORONE_OIDC_TOKEN_FILE: file, CONDUCTORONE_ACCESS_TOKEN: "token" };
    expect(load(env).tenant?.credential.kind).toBe("access_token");
    expect(load({ ...env, CONDUCTORONE_ACCESS_TOKEN: "" }).tenant?.credential.kind).toBe("token_exchange");
    expect(load(READY).tenant?.credential.kind).toBe("client_credentials");
  });

  it("set twice are one problem, and the value stays masked", () => {
    const { tenant, lines, redactor } = load({
      ...READY,
      CONDUCTORONE_CLIENT_SECRET: "hunter22",
      CONDUCTORONE_CLIENT_SECRET_FILE: file,
    });
    expect(lines).toEqual([
      "- CONDUCTORONE_CLIENT_SECRET_FILE and CONDUCTORONE_CLIENT_SECRET are both set: keep one",
    ]);
    expect(tenant?.tenant).toBe("acme.conductor.one");
    expect(redactor.redact("hunter22")).toBe("***");
  });

  it("in a missing file are a problem", () => {
    const { lines } = load({
      CONDUCTORONE_CLIENT_ID: READY.CONDUCTORONE_CLIENT_ID,
      CONDUCTORONE_CLIENT_SECRET_FILE: join(folder, "nothing"),
    });
    expect(lines).toEqual([
      `- CONDUCTORONE_CLIENT_SECRET_FILE names a file that does not exist: ${join(folder, "nothing")}`,
    ]);
  });

  it("in place of their file are recognised if they are of C1's form", () => {
    const secret = "secret-token:conductorone.com:v1:eyJrdHkiOiJPS1AifQ";
    const { lines } = load({
      CONDUCTORONE_CLIENT_ID: READY.CONDUCTORONE_CLIENT_ID,
      CONDUCTORONE_CLIENT_SECRET_FILE: secret,
    });
    expect(lines).toEqual([
      "- CONDUCTORONE_CLIENT_SECRET_FILE holds a client secret; it must name the file that holds it",
    ]);
  });

  it("whose file is in a folder that does not exist are told by its path", () => {
    const path = join(folder, "no", "such", "secret");
    const { lines } = load({
      CONDUCTORONE_CLIENT_ID: READY.CONDUCTORONE_CLIENT_ID,
      CONDUCTORONE_CLIENT_SECRET_FILE: path,
    });
    expect(lines).toEqual([`- CONDUCTORONE_CLIENT_SECRET_FILE names a file that does not exist: ${path}`]);
  });

  it.each([
    "hunter22hunter22",
    "/hunter22hunter22",
    "aGVs/bG8g/d29ybGQ",
    "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.",
    `${"x".repeat(5_000)}/hunter22`,
  ])("in place of their file are not shown: %s", (secret) => {
    const { lines } = load({
      CONDUCTORONE_CLIENT_ID: READY.CONDUCTORONE_CLIENT_ID,
      CONDUCTORONE_CLIENT_SECRET_FILE: secret,
    });
    expect(lines).toEqual([
      expect.stringMatching(
        /^- CONDUCTORONE_CLIENT_SECRET_FILE names a file that (?:does not exist|this user may not read)$/,
      ),
    ]);
  });

  it.each(
    named,
  )("%s with seven characters is a problem, also in a file; all are reported at once", (name) => {
    const env = { CONDUCTORONE_CLIENT_ID: READY.CONDUCTORONE_CLIENT_ID };
    const { lines, tenant } = load({
      ...env,
      [name]: " hunter2 ",
      C1_MCP_SECRET_B: "0000",
      C1_MCP_SECRET_A: "hunter2",
      C1_MCP_SECRET_C: "hunter22",
      C1_MCP_SECRET_D: "",
      C1_MCP_SECRET_E: unfilled("E"),
    });
    expect(lines).toEqual([name, "C1_MCP_SECRET_A", "C1_MCP_SECRET_B"].map((bad) => `- ${bad} ${TOO_SHORT}`));
    expect(tenant).toBeDefined();
    writeFileSync(file, " hunter2 \n");
    expect(load({ ...env, [`${name}_FILE`]: file }).lines).toEqual([
      `- ${name}_FILE names a file whose secret ${TOO_SHORT}`,
    ]);
  });

  it("for a tenant that is not used may be anything", () => {
    expect(load({ ...READY, CONDUCTORONE_CLIENT_SECRET: "x" }, {}, true).lines).toEqual([]);
    expect(load({ C1_MCP_SECRET_A: "x" }, {}, true).lines).toHaveLength(1);
  });

  it("for HTTP may also come from a file", async () => {
    const { httpToken, problems } = load({ ...READY, C1_MCP_HTTP_TOKEN_FILE: file });
    expect(problems).toEqual([]);
    expect(await httpToken?.()).toBe("secret-of-the-file");
  });

  it("have no flag", () => {
    const settings: Setting[] = Object.values(SETTINGS);
    expect(settings.filter(({ secret, flag }) => secret && flag)).toEqual([]);
  });
});

describe("unknown variable names", () => {
  it.each([
    ["C1_MCP_TIMEOUT", "C1_MCP_TIMEOUT_MS"],
    ["C1_MCP_LOGLEVEL", "C1_MCP_LOG_LEVEL"],
    ["C1_MCP_HTTP_TOKN", "C1_MCP_HTTP_TOKEN"],
    ["C1_MCP_HTTP_TOKEN_FIL", "C1_MCP_HTTP_TOKEN_FILE"],
  ])("%s: did you mean %s?", (name, suggestion) => {
    const { lines, tenant } = load({ ...READY, [name]: "anything" });
    expect(lines).toEqual([`- ${name} is not a setting of this server: did you mean ${suggestion}?`]);
    expect(tenant).toBeDefined();
  });

  it("get no suggestion if nothing is similar, and are ignored if empty", () => {
    expect(load({ ...READY, C1_MCP_QUUXIFICATION: "1" }).lines).toEqual([
      "- C1_MCP_QUUXIFICATION is not a setting of this server",
    ]);
    expect(load({ ...READY, C1_MCP_QUUXIFICATION: "" }).lines).toEqual([]);
  });

  it.each([
    ["C1_WRITES", "C1_MCP_WRITES"],
    ["C1MCP_READ_ONLY", "C1_MCP_READ_ONLY"],
    ["CONDUCTORONE_TOOLS", "C1_MCP_TOOLS"],
  ])("%s would leave writes on if it passed unnoticed", (name, suggestion) => {
    expect(load({ ...READY, [name]: "confirm" }).lines).toEqual([
      `- ${name} is not a setting of this server: did you mean ${suggestion}?`,
    ]);
    expect(load({ ...READY, [name]: "", C1_PORT: "80" }).lines).toEqual([]);
  });

  it("similar to a vendor variable are reported only if a credential is missing", () => {
    expect(load({ ...READY, CONDUCTORONE_CLIENTSECRET: "x" }).lines).toEqual([]);
    const { CONDUCTORONE_CLIENT_ID } = READY;
    expect(load({ CONDUCTORONE_CLIENT_ID, CONDUCTOR_ONE_CLIENT_SECRET: "x" }).lines).toEqual([
      expect.stringContaining("- CONDUCTORONE_CLIENT_SECRET is missing"),
      "- CONDUCTOR_ONE_CLIENT_SECRET is not read by this server: did you mean CONDUCTORONE_CLIENT_SECRET?",
    ]);
  });
});

describe("placeholders", () => {
  it.each(
    ["CONDUCTORONE_CLIENT_ID", "user_config.client_id", ""].map(unfilled),
  )("%s was not filled in", (value) => {
    const { lines, tenant } = load({ ...READY, CONDUCTORONE_CLIENT_ID: value });
    expect(lines[0]).toBe(
      `- CONDUCTORONE_CLIENT_ID still holds the placeholder ${value}: the client did not fill it in`,
    );
    expect(tenant).toBeUndefined();
  });

  it("are found in every setting and in file names", () => {
    const names = Object.values(SETTINGS).flatMap(({ env, ...rest }) =>
      "secret" in rest ? [env, `${env}_FILE`] : [env],
    );
    for (const name of names) {
      const { lines } = load({ ...READY, [name]: unfilled("X") });
      expect(lines).toContain(
        `- ${name} still holds the placeholder ${unfilled("X")}: the client did not fill it in`,
      );
    }
  });
});

it("a credential that was not filled in is one mistake for each variable, and not missing as well", () => {
  const of = (env: Record<string, string>) =>
    load(env).lines.map((line) => line.split(" ").slice(1, 4).join(" "));
  const [id, secret] = ["CONDUCTORONE_CLIENT_ID", "CONDUCTORONE_CLIENT_SECRET"];
  const X = unfilled("X");
  expect(of({ [id]: X, [secret]: X })).toEqual([`${id} still holds`, `${secret} still holds`]);
  expect(of({ [id]: X, [`${secret}_FILE`]: X })).toEqual([`${id} still holds`, `${secret}_FILE still holds`]);
  expect(of({ [id]: X })).toEqual([`${id} still holds`, `${secret} is missing`]);
  expect(of({ [secret]: X })).toEqual([`${secret} still holds`, `${id} is missing:`]);
  expect(of({ CONDUCTORONE_ACCESS_TOKEN: X })).toEqual(["CONDUCTORONE_ACCESS_TOKEN still holds"]);
});

it("reports everything at once", () => {
  const { lines } = load({
    C1_MCP_WRITE: "block",
    C1_MCP_TIMEOUT_MS: "x",
    CONDUCTORONE_CLIENT_SECRET: unfilled("SECRET"),
    CONDUCTORONE_SERVER_URL: "acme",
    C1_MCP_HTTP_TOKEN_FILE: join(folder, "nothing"),
  });
  expect(lines.map((line) => line.split(" ")[1]).sort()).toEqual([
    "C1_MCP_HTTP_TOKEN_FILE",
    "C1_MCP_TIMEOUT_MS",
    "C1_MCP_WRITE",
    "CONDUCTORONE_CLIENT_ID",
    "CONDUCTORONE_CLIENT_SECRET",
    "CONDUCTORONE_SERVER_URL",
  ]);
});

it("never throws and never shows a secret, whatever the environment contains", () => {
  const secret = fc.string({ minLength: 6, maxLength: 40 }).map((text) => `s3cr3t${text}`);
  const anyValue = fc.oneof(
    secret,
    fc.constantFrom("", unfilled("X"), "acme", "x@acme.one:z/y", "https://a.example", "12"),
  );
  // These two repeat unknown words, because nobody puts a secret into a list of names.
  const names = Object.values(SETTINGS)
    .map(({ env }) => env)
    .filter((name) => !["C1_MCP_WRITES", "C1_MCP_TOOLS"].includes(name));
  fc.assert(
    fc.property(
      fc.dictionary(fc.constantFrom(...names, "C1_MCP_NONE"), anyValue),
      fc.boolean(),
      (env, sandbox) => {
        const { lines, problems } = load(env, {}, sandbox);
        expect(lines.join("\n")).not.toContain("s3cr3t");
        for (const { setting } of problems) expect([...names, "C1_MCP_NONE"]).toContain(setting);
      },
    ),
    { numRuns: 500 },
  );
});
