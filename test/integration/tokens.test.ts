import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignJWT } from "jose";
import { afterEach, describe, expect, it } from "vitest";
import { secretFromFile } from "../../src/config/secret-file.ts";
import type { Sandbox } from "../../src/sandbox/start.ts";
import { createFakeClock } from "../support/fake-clock.ts";
import { createRig, type Outcome, type Rig, type RigOptions } from "../support/rig.ts";

let rig: Rig;
afterEach(() => rig.close());

async function open(options?: RigOptions): Promise<void> {
  rig = await createRig(options);
}

/** Requests to the token endpoint, in order. */
function tokenForms(): Record<string, string>[] {
  return rig.sandbox.requests
    .filter(({ operation }) => operation === "token")
    .map(({ body }) => Object.fromEntries(new URLSearchParams(body as string)));
}

function statuses(): number[] {
  return rig.requests().map(({ status }) => status);
}

const many = (count: number, tool: string, args: (index: number) => unknown): Promise<Outcome[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => rig.call(tool, args(index))));

function expectAllFine(outcomes: readonly Outcome[]): void {
  expect(outcomes.filter(({ isError }) => isError).map(({ text }) => text)).toEqual([]);
}

describe("one token for all", () => {
  it("200 concurrent first calls make one token request", async () => {
    await open();
    expectAllFine(await many(200, "whoami", () => ({})));
    expect(rig.sandbox.counts.tokens).toBe(1);
    expect(new Set(statuses())).toEqual(new Set([200]));
  });

  it("200 concurrent first writes do, too, and each app exists once", async () => {
    await open();
    expectAllFine(await many(200, "create_app", (index) => ({ displayName: `App ${index}` })));
    expect(rig.sandbox.counts.tokens).toBe(1);
    const names = rig.sandbox.state.apps.map(({ displayName }) => displayName);
    expect(names.filter((name) => /^App \d+$/.test(name))).toHaveLength(200);
    expect(new Set(names.filter((name) => /^App \d+$/.test(name))).size).toBe(200);
  });

  it("a token endpoint that fails briefly is asked again, once for all", async () => {
    await open();
    rig.sandbox.faults.add({ match: { operation: "token" }, do: { kind: "status", status: 503 } });
    expectAllFine(await many(20, "whoami", () => ({})));
    expect(rig.sandbox.counts.tokens).toBe(2);
  });
});

describe("token renewal", () => {
  it("happens before the token expires, so that no call gets a 401", async () => {
    const clock = createFakeClock();
    await open({ clock, sandbox: { tokenLifetimeSeconds: 100 } });
    await rig.call("whoami", {});
    clock.advance(79_000);
    await rig.call("whoami", {});
    expect(rig.sandbox.counts.tokens).toBe(1);
    clock.advance(2_000);
    expectAllFine(await many(20, "whoami", () => ({})));
    expect(rig.sandbox.counts.tokens).toBe(2);
    expect(new Set(statuses())).toEqual(new Set([200]));
  });

  it("after the token's end costs one token request and no failed call", async () => {
    const clock = createFakeClock();
    await open({ clock, sandbox: { tokenLifetimeSeconds: 100 } });
    expectAllFine([await rig.call("create_app", { displayName: "Before" })]);
    clock.advance(101_000);
    expectAllFine(await many(20, "create_app", (index) => ({ displayName: `After ${index}` })));
    expect(rig.sandbox.counts.tokens).toBe(2);
    expect(rig.writes()).toHaveLength(21);
  });

  it("of a token revoked midway costs one token request and no failed call, whoever notices", async () => {
    await open();
    await rig.call("whoami", {});
    const running = many(100, "create_app", (index) => ({ displayName: `App ${index}` }));
    rig.sandbox.faults.add({ match: { operation: "apps.create" }, do: { kind: "expireToken" } });
    expectAllFine(await running);
    expect(rig.sandbox.counts.tokens).toBe(2);
    expect(statuses().filter((status) => status === 401).length).toBeGreaterThanOrEqual(1);
    const created = rig.sandbox.state.apps.filter(({ displayName }) => displayName.startsWith("App "));
    expect(created).toHaveLength(100);
  });

  it("replays a write once, and the object exists once", async () => {
    await open();
    await rig.call("whoami", {});
    rig.forget();
    rig.sandbox.faults.add({ match: { operation: "apps.create" }, do: { kind: "expireToken" } });
    expectAllFine([await rig.call("create_app", { displayName: "Once" })]);
    expect(rig.writes().map(({ status }) => status)).toEqual([401, 200]);
    expect(rig.sandbox.counts.tokens).toBe(2);
    expect(rig.sandbox.state.apps.filter(({ displayName }) => displayName === "Once")).toHaveLength(1);
  });

  it("is not triggered by a 403", async () => {
    await open();
    rig.sandbox.forbid("apps.create");
    for (let count = 0; count < 3; count += 1) {
      const { text } = await rig.call("create_app", { displayName: "Acme CRM" });
      expect(text).toMatch(/^\[forbidden\]/);
    }
    expect(rig.sandbox.counts.tokens).toBe(1);
    expect(rig.writes()).toHaveLength(3);
  });
});

describe("kinds of credential", () => {
  it("a signed assertion is preferred, and the secret stays local", async () => {
    await open();
    await rig.call("whoami", {});
    const [form = {}] = tokenForms();
    expect(Object.keys(form).sort()).toEqual([
      "client_assertion",
      "client_assertion_type",
      "client_id",
      "grant_type",
    ]);
    expect(JSON.stringify(tokenForms())).not.toContain("secret-token");
  });

  it("the secret is sent in the body if assertions are not supported, and directly from then on", async () => {
    await open();
    rig.sandbox.auth.assertion = "unsupported";
    expectAllFine([await rig.call("create_app", { displayName: "Acme CRM" })]);
    rig.sandbox.revokeAllTokens();
    expectAllFine([await rig.call("whoami", {})]);
    const { clientId, clientSecret } = rig.sandbox;
    const inBody = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
    const [first = {}, ...rest] = tokenForms();
    expect(first.client_assertion).toMatch(/^eyJ/);
    expect(rest).toEqual([inBody, inBody]);
  });

  it.each([true, "token_type"] as const)("a demand for DPoP (%s) is explained", async (dpop) => {
    await open();
    rig.sandbox.auth.dpop = dpop;
    const { isError, text } = await rig.call("create_app", { displayName: "Acme CRM" });
    expect(isError).toBe(true);
    expect(text).toMatch(/^\[not_authenticated\].*Nothing was changed\..*DPoP.*not support/);
    expect(rig.requests()).toEqual([]);
  });

  it("an OIDC token is exchanged, and read from its file again for the next exchange", async () => {
    const folder = await mkdtemp(join(tmpdir(), "c1-oidc-"));
    const file = join(folder, "token");
    const issue = ({ serverUrl }: Sandbox, id: string) =>
      new SignJWT({ jti: id })
        .setProtectedHeader({ alg: "HS256" })
        .setAudience(new URL(serverUrl).host)
        .setIssuedAt()
        .sign(new TextEncoder().encode("an issuer the sandbox does not know"));
    await open({
      credential: ({ serverUrl }, redactor) => ({
        kind: "token_exchange",
        clientId: `brave-fox-1@${new URL(serverUrl).host}/wfe`,
        subjectToken: secretFromFile("CONDUCTORONE_OIDC_TOKEN_FILE", file, redactor),
      }),
    });
    const { sandbox } = rig;
    const tokens = [await issue(sandbox, "first"), await issue(sandbox, "the second one")];
    for (const token of tokens) {
      await writeFile(file, `${token}\n`);
      sandbox.revokeAllTokens();
      expectAllFine([await rig.call("create_app", { displayName: `By a workload, ${token.length}` })]);
    }
    expect(tokenForms()).toEqual(
      tokens.map((token) => ({
        grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
        subject_token: token,
        subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
        client_id: `brave-fox-1@${new URL(sandbox.serverUrl).host}/wfe`,
      })),
    );
    await rm(file);
    sandbox.revokeAllTokens();
    const { text } = await rig.call("whoami", {});
    expect(text).toMatch(/^\[not_configured\].*CONDUCTORONE_OIDC_TOKEN_FILE/);
    await rm(folder, { recursive: true });
  });

  it("a fixed token is used as it is; once it is revoked, nothing can renew it", async () => {
    await open({
      credential: (sandbox) => {
        const token = sandbox.issueToken();
        return { kind: "access_token", token: async () => token };
      },
    });
    expectAllFine([await rig.call("create_app", { displayName: "Acme CRM" })]);
    rig.sandbox.revokeAllTokens();
    rig.forget();
    const { text } = await rig.call("create_app", { displayName: "Acme ERP" });
    expect(text).toMatch(/^\[not_authenticated\].*Nothing was changed\./);
    expect(statuses()).toEqual([401]);
    expect(tokenForms()).toEqual([]);
  });
});
