import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/start.ts";
import { endHere, openSession, type Printed, runHere, type SessionHere } from "../support/commands-here.ts";
import { killSpawned, spawnServer } from "../support/spawn.ts";

type Environment = Readonly<Record<string, string>>;

interface Broken {
  readonly name: string;
  /** Changes the tenant, if the tenant causes the failure. */
  readonly arrange?: () => void;
  readonly env: () => Environment;
  readonly check: string;
  readonly cause: RegExp;
  readonly fix: RegExp;
  /** The failure code of a tool call. */
  readonly code: string;
  /** The cause in the tool call's own failure, if it knows one: people who installed a bundle have no doctor. */
  readonly told?: RegExp;
  /** Unknowns are warnings, because nothing is known to prevent the job until a write is refused. */
  readonly result?: "warn";
  /** Runs the built server, with these options of Node. The others run in this process. */
  readonly nodeArgs?: readonly string[];
}

/** No system hands it out, so no other test listens there by chance, as happened to a port that had been free. */
const CLOSED_PORT = 1;

let sandbox: Sandbox;
beforeAll(async () => {
  sandbox = await startSandbox();
});
afterAll(() => sandbox.close());
afterEach(async () => {
  await killSpawned();
  await endHere();
  sandbox.faults.clear();
  sandbox.allowAll();
  sandbox.auth.dpop = false;
  sandbox.auth.roles = ["system:owner"];
});

const whole = (more: Environment = {}): Environment => ({
  CONDUCTORONE_SERVER_URL: sandbox.serverUrl,
  CONDUCTORONE_CLIENT_ID: sandbox.clientId,
  CONDUCTORONE_CLIENT_SECRET: sandbox.clientSecret,
  ...more,
});

const TEN_MINUTES_AHEAD = ["--import", "data:text/javascript,const now=Date.now;Date.now=()=>now()+600000"];

const BROKEN: readonly Broken[] = [
  {
    name: "no variables",
    nodeArgs: [],
    env: () => ({}),
    check: "configuration",
    cause: /CONDUCTORONE_CLIENT_ID and CONDUCTORONE_CLIENT_SECRET are missing/,
    fix: /An API key of your own will do, .* doctor claude-desktop/,
    code: "not_configured",
  },
  {
    name: "a typo in a name",
    env: () => ({ ...whole(), C1_MCP_WRITE: "block" }),
    check: "configuration",
    cause: /C1_MCP_WRITE is not a setting of this server/,
    fix: /Rename C1_MCP_WRITE to C1_MCP_WRITES/,
    code: "not_configured",
  },
  {
    name: "a typo in a vendor's name",
    env: () => ({ CONDUCTORONE_CLIENT_ID: sandbox.clientId, CONDUCTORONE_CLIENT_SECRT: "canary-secret" }),
    check: "configuration",
    cause: /CONDUCTORONE_CLIENT_SECRT is not read by this server/,
    fix: /Rename CONDUCTORONE_CLIENT_SECRT to CONDUCTORONE_CLIENT_SECRET/,
    code: "not_configured",
  },
  {
    name: "swapped id and secret",
    env: () =>
      whole({ CONDUCTORONE_CLIENT_ID: sandbox.clientSecret, CONDUCTORONE_CLIENT_SECRET: sandbox.clientId }),
    check: "configuration",
    cause: /CONDUCTORONE_CLIENT_ID holds a client secret: id and secret are swapped/,
    fix: /Exchange the two values/,
    code: "not_configured",
  },
  {
    name: "a truncated secret",
    env: () => whole({ CONDUCTORONE_CLIENT_SECRET: sandbox.clientSecret.slice(0, -30) }),
    check: "credential",
    cause: /CONDUCTORONE_CLIENT_SECRET is cut off: it ends after \d+ characters/,
    fix: /Copy the secret whole/,
    code: "not_configured",
    told: /CONDUCTORONE_CLIENT_SECRET is cut off: it ends after \d+ characters.* Copy the secret whole/,
  },
  {
    name: "a secret with one character changed",
    env: () => {
      const { clientSecret } = sandbox;
      const start = clientSecret.lastIndexOf(":") + 1;
      const key = Buffer.from(clientSecret.slice(start), "base64url").toString();
      const d = /"d":"(.)/.exec(key)?.[1] === "A" ? "B" : "A";
      const changed = Buffer.from(key.replace(/"d":"./, `"d":"${d}`)).toString("base64url");
      return whole({ CONDUCTORONE_CLIENT_SECRET: clientSecret.slice(0, start) + changed });
    },
    check: "credential",
    cause: /CONDUCTORONE_CLIENT_SECRET is damaged: the key in it does not fit together/,
    fix: /Copy the secret whole/,
    code: "not_configured",
    told: /CONDUCTORONE_CLIENT_SECRET is damaged: .* Copy the secret whole/,
  },
  {
    name: "an id with a typo",
    nodeArgs: [],
    env: () => whole({ CONDUCTORONE_CLIENT_ID: `x${sandbox.clientId}` }),
    check: "token",
    cause: /the tenant knows no such client/,
    fix: /Check CONDUCTORONE_CLIENT_ID letter by letter/,
    code: "not_authenticated",
    told: /the tenant knows no such client.* Check CONDUCTORONE_CLIENT_ID letter by letter/,
  },
  {
    name: "a secret of the wrong kind",
    env: () => whole({ CONDUCTORONE_CLIENT_SECRET: "canary-00Gx7aB3kQ9zPq2R" }),
    check: "credential",
    cause: /does not look like a client secret of C1 .* a secret of another kind/,
    fix: /it starts with "secret-token:"/,
    code: "not_authenticated",
    told: /does not look like a client secret of C1.* it starts with "secret-token:"/,
  },
  {
    name: "a bare tenant word",
    env: () => {
      const { CONDUCTORONE_SERVER_URL: _url, ...rest } = whole();
      return { ...rest, CONDUCTORONE_TENANT_DOMAIN: "acme" };
    },
    check: "configuration",
    cause: /CONDUCTORONE_TENANT_DOMAIN must be the full host/,
    fix: /whole host, such as acme\.conductor\.one/,
    code: "not_configured",
  },
  {
    name: "an http address",
    env: () => whole({ CONDUCTORONE_SERVER_URL: "http://acme.conductor.one" }),
    check: "configuration",
    cause: /CONDUCTORONE_SERVER_URL must start with https/,
    fix: /Write https:\/\//,
    code: "not_configured",
  },
  {
    name: "a host that cannot be reached",
    env: () => whole({ CONDUCTORONE_SERVER_URL: `https://127.0.0.1:${CLOSED_PORT}` }),
    check: "connection",
    cause: /127\.0\.0\.1:\d+ refused the connection/,
    fix: /Check the tenant address and the network/,
    code: "unavailable",
    told: /127\.0\.0\.1:\d+ refused the connection\..* Check the tenant address and the network\.$/,
  },
  {
    name: "a clock that is ten minutes off",
    nodeArgs: TEN_MINUTES_AHEAD,
    env: () => whole(),
    check: "clock",
    cause: /this machine's clock is 10 min ahead of the tenant's/,
    fix: /Set the clock/,
    code: "not_authenticated",
    told: /this machine's clock.* Set the clock/,
  },
  {
    name: "a revoked credential",
    arrange: () =>
      sandbox.faults.add({
        match: { operation: "token" },
        times: Number.POSITIVE_INFINITY,
        do: {
          kind: "status",
          status: 401,
          body: { error: "invalid_client", error_description: "the client is revoked" },
        },
      }),
    env: () => whole(),
    check: "token",
    cause: /C1 refused the credential: it was revoked or disabled/,
    fix: /Make a new credential in C1/,
    code: "not_authenticated",
    told: /it was revoked or disabled.* Make a new credential in C1/,
  },
  {
    name: "a missing role",
    arrange: () => {
      sandbox.auth.roles = ["system:user"];
    },
    env: () => whole(),
    check: "tools",
    cause: /create_app: unknown: only the call itself can tell/,
    fix: /C1 documents this for Application Admin and Super Admin/,
    code: "forbidden",
    result: "warn",
  },
  {
    name: "no role at all",
    arrange: () => {
      sandbox.auth.roles = [];
      sandbox.forbid("auth.introspect");
    },
    env: () => whole(),
    check: "identity",
    cause: /has no role in effect/,
    fix: /Ask a C1 administrator to give it roles/,
    code: "forbidden",
  },
  {
    name: "a credential that demands DPoP",
    arrange: () => {
      sandbox.auth.dpop = true;
    },
    env: () => whole(),
    check: "token",
    cause: /the credential demands DPoP proofs/,
    fix: /does not require DPoP/,
    code: "not_authenticated",
    told: /demands DPoP proofs/,
  },
];

async function runDoctor({ nodeArgs, env }: Broken): Promise<Printed> {
  if (!nodeArgs) return runHere(["doctor"], env());
  const { exit, stdout, stderr } = spawnServer(["doctor"], env(), { nodeArgs });
  return { code: Number(await exit), stdout, stderr };
}

async function startStdio({ nodeArgs, env }: Broken): Promise<SessionHere> {
  if (!nodeArgs) return openSession(env());
  const server = spawnServer(["stdio"], env(), { nodeArgs });
  await server.initialize();
  return server;
}

describe.each(BROKEN)("$name", (broken) => {
  const { arrange, check, cause, fix, code, told, result = "fail" } = broken;

  it("doctor names the cause and the fix, on one line each", async () => {
    arrange?.();
    const doctor = await runDoctor(broken);
    expect(doctor.code).toBe(result === "fail" ? 1 : 0);
    const lines = doctor.stdout;
    const found = lines.findIndex((line) => line.startsWith(result) && cause.test(line));
    expect(found, lines.join("\n")).toBeGreaterThan(-1);
    expect(lines[found]?.split(/\s+/)[1]).toBe(check);
    expect(lines[found + 1]).toMatch(/^\s+fix: /);
    expect(lines[found + 1]).toMatch(fix);
    const printed = [...lines, ...doctor.stderr].join("\n");
    expect(printed).not.toContain("canary");
    expect(printed).not.toContain(sandbox.clientSecret.slice(40, 70));
    expect(printed).not.toContain("\u001b");
    expect(sandbox.requests.filter(({ writes }) => writes)).toEqual([]);
  });

  it("a tool call that meets it says the same, or refers to doctor", async () => {
    arrange?.();
    const server = await startStdio(broken);
    const { isError, text } = await server.call("whoami", {});
    const met = isError ? text : (await server.call("find_apps", { query: "x" })).text;
    expect(met).toContain(`[${code}]`);
    // The answer itself lists problems with settings.
    const said = told ?? (check === "configuration" ? cause : undefined);
    expect(met).toMatch(
      said ?? /Nothing was changed\.[\s\S]* The server's `doctor` command names the cause\.$/,
    );
    expect(met).toContain("Nothing was changed.");
    expect(met.includes("doctor")).toBe(said === undefined);
  });
});

describe("doctor", () => {
  it("on a sandbox: all checks pass, exit 0, and --json prints one object", async () => {
    const doctor = spawnServer(["doctor", "--sandbox", "--json"]);
    expect(await doctor.exit).toBe(0);
    const report = JSON.parse(doctor.stdout.join("\n")) as { checks: { check: string; result: string }[] };
    expect(report).toMatchObject({ ok: true, tenant: "sandbox" });
    expect([...new Set(report.checks.map(({ check }) => check))]).toEqual([
      "configuration",
      "credential",
      "proxy",
      "dns",
      "connection",
      "clock",
      "token",
      "identity",
      "tools",
      "switches",
    ]);
    expect(report.checks.filter(({ result }) => result !== "ok")).toEqual([]);
    expect(doctor.stderr).toEqual([]);
  });

  it("prints the same as JSON if something is wrong, and exits with 1", async () => {
    const doctor = spawnServer(["doctor", "--json"]);
    expect(await doctor.exit).toBe(1);
    const report = JSON.parse(doctor.stdout.join("\n")) as { ok: boolean; checks: object[] };
    expect(report.ok).toBe(false);
    expect(report.checks[0]).toMatchObject({
      check: "configuration",
      result: "fail",
      fix: expect.any(String),
    });
  });

  it("names the command that lists the settings as it can be typed there", async () => {
    const doctor = spawnServer(["doctor", "--json"], { C1_MCP_LOG_LEVEL: "loud", C1_MCP_QUUX: "x" });
    await doctor.exit;
    const { checks } = JSON.parse(doctor.stdout.join("\n")) as { checks: { fix?: string }[] };
    expect(checks.slice(0, 2).map(({ fix }) => fix)).toEqual([
      "Remove C1_MCP_QUUX; `node dist/main.js help environment` lists the settings.",
      "Correct C1_MCP_LOG_LEVEL; `node dist/main.js help environment` says what it takes.",
    ]);
  });

  it("rejects unknown flags", async () => {
    const doctor = spawnServer(["doctor", "--jsn"]);
    expect(await doctor.exit).toBe(2);
    expect(doctor.stderr.join("\n")).toContain("did you mean --json?");
  });
});
