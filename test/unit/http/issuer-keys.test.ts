import type { IncomingMessage, ServerResponse } from "node:http";
import { exportJWK, SignJWT } from "jose";
import { pino } from "pino";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createTokenVerifier } from "../../../src/http/oauth.ts";
import { BadToken, CannotVerify } from "../../../src/http/token-errors.ts";
import { sendEndlessly, trickle } from "../../support/bad-answers.ts";
import { takeIssuerKeys } from "../../support/issuer-keys.ts";
import { type OAuthServer, startOAuthServer } from "../../support/oauth-server.ts";
import { waitFor } from "../../support/wait-for.ts";

const AUDIENCE = "https://mcp.acme.example/mcp";
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const METADATA = "/.well-known/oauth-authorization-server";
const OTHER_METADATA = "/.well-known/openid-configuration";

let oauth: OAuthServer;
let now = 0;
let logs: { msg: string }[] = [];

beforeEach(async () => {
  oauth = await startOAuthServer();
  now = 5_000;
  logs = [];
});
afterEach(async () => {
  vi.restoreAllMocks();
  await oauth.close();
});

/** A verifier with a clock that only the test advances; it asks the issuer at most every ten seconds. */
function start() {
  const logger = pino({ level: "info" }, { write: (line: string) => void logs.push(JSON.parse(line)) });
  return createTokenVerifier({ issuer: oauth.issuer, audience: AUDIENCE, logger, now: () => now });
}

const claims = () => ({
  iss: oauth.issuer,
  aud: AUDIENCE,
  sub: "jane",
  exp: Math.floor(Date.now() / 1000) + 60,
});
const sign = () => oauth.sign(claims());

/** A token that names an unpublished key. */
async function signStrange(): Promise<string> {
  const { privateKey } = await takeIssuerKeys();
  return new SignJWT(claims()).setProtectedHeader({ alg: "RS256", kid: "strange" }).sign(privateKey);
}

const hangUp = (request: IncomingMessage) => {
  request.socket.destroy();
  return true;
};
const refuseKeys = (request: IncomingMessage, response: ServerResponse) => {
  if (request.url !== "/jwks") return false;
  response.writeHead(500).end();
  return true;
};
const onlyKeysWork = (request: IncomingMessage) => (request.url === "/jwks" ? false : hangUp(request));

/** Lets a background request to the issuer end. */
const lookedAt = (count: number) => waitFor(() => expect(oauth.requests).toHaveLength(count));

describe("while the issuer does not answer", () => {
  it("tokens with a known key are valid until an hour after the keys were fetched", async () => {
    const { verify } = start();
    await verify(await sign());
    oauth.intercept = hangUp;
    for (const minutes of [11, 48, 1]) {
      now += minutes * MINUTE;
      expect(await verify(await sign())).toMatchObject({ name: "user:jane" });
    }
    now += MINUTE;
    await expect(verify(await sign())).rejects.toThrow(CannotVerify);
    await expect(verify(await sign())).rejects.toThrow("cannot be read");
    oauth.intercept = undefined;
    now += 10 * SECOND;
    expect(await verify(await sign())).toMatchObject({ name: "user:jane" });
  });

  it("nobody can tell whether an unknown key is the issuer's", async () => {
    const { verify } = start();
    await verify(await sign());
    const strange = await signStrange();
    // The keys were fetched a moment ago, and this one is not among them.
    await expect(verify(strange)).rejects.toThrow(BadToken);
    oauth.intercept = hangUp;
    now += 10 * SECOND;
    await expect(verify(strange)).rejects.toThrow(CannotVerify);
    oauth.intercept = undefined;
    // Still the last known keys of the issuer.
    await expect(verify(strange)).rejects.toThrow(CannotVerify);
    now += 10 * SECOND;
    await expect(verify(strange)).rejects.toThrow(BadToken);
  });

  it("it is asked at most every ten seconds, whatever arrives", async () => {
    const { verify, ready } = start();
    await verify(await sign());
    expect(oauth.requests.splice(0)).toEqual([METADATA, "/jwks"]);
    oauth.intercept = refuseKeys;
    now += 11 * MINUTE;
    const comeIn = async () => {
      const tokens = [await sign(), await signStrange()];
      await Promise.allSettled([...tokens, ...tokens].flatMap((token) => [verify(token), ready()]));
    };
    await comeIn();
    await comeIn();
    expect(oauth.requests.splice(0)).toEqual(["/jwks"]);
    now += 10 * SECOND;
    await comeIn();
    // The keys may have moved.
    expect(oauth.requests).toEqual([METADATA, "/jwks"]);
  });

  it("callers with a known key do not wait for it", async () => {
    const { verify, ready } = start();
    await verify(await sign());
    oauth.intercept = hangUp;
    now += 11 * MINUTE;
    await verify(await sign());
    const held: ServerResponse[] = [];
    oauth.intercept = (_request, response) => held.push(response) > 0;
    now += 10 * SECOND;
    expect(await verify(await sign())).toMatchObject({ name: "user:jane" });
    expect(await ready()).toBe("degraded");
    await waitFor(() => expect(held).toHaveLength(1));
    for (const response of held) response.destroy();
  });

  it("the log reports it once, and again when it is over", async () => {
    const { verify } = start();
    await verify(await sign());
    expect(logs).toEqual([]);
    oauth.intercept = hangUp;
    now += 11 * MINUTE;
    await verify(await sign());
    now += 11 * SECOND;
    await verify(await sign());
    await lookedAt(6);
    oauth.intercept = undefined;
    now += 11 * SECOND;
    await waitFor(async () => {
      await verify(await sign());
      expect(logs.map(({ msg }) => msg)).toEqual([
        "the keys of the OAuth issuer cannot be read; known ones stay good for an hour",
        "the keys of the OAuth issuer can be read again",
      ]);
    });
  });
});

describe("the keys of a responding issuer", () => {
  it("are fetched again after ten minutes, so that a revoked key is refused", async () => {
    const { verify } = start();
    const old = await sign();
    await verify(old);
    await oauth.close();
    oauth = await startOAuthServer(oauth.port);
    now += 9 * MINUTE;
    await verify(old);
    now += 2 * MINUTE;
    await expect(verify(old)).rejects.toThrow("a key that is not the issuer's");
    expect(await verify(await sign())).toMatchObject({ name: "user:jane" });
  });

  it("replace revoked keys that an outage had kept", async () => {
    const { verify } = start();
    const old = await sign();
    await verify(old);
    oauth.intercept = hangUp;
    now += 11 * MINUTE;
    await verify(old);
    await oauth.close();
    oauth = await startOAuthServer(oauth.port);
    now += 10 * SECOND;
    await verify(old);
    await lookedAt(2);
    await waitFor(() => expect(verify(old)).rejects.toThrow("a key that is not the issuer's"));
  });

  it("are fetched from their last known URL while the metadata cannot be read", async () => {
    const { verify, keysAgeMs } = start();
    await verify(await sign());
    oauth.requests.length = 0;
    oauth.intercept = onlyKeysWork;
    now += 61 * MINUTE;
    await verify(await sign());
    expect(oauth.requests).toEqual([METADATA, OTHER_METADATA, "/jwks"]);
    expect(keysAgeMs()).toBe(0);
  });
});

it("an issuer that a proxy refused to reach is asked again", async () => {
  // What Node's own fetch throws with NODE_USE_ENV_PROXY.
  const refusal = new TypeError("fetch failed", {
    cause: Object.assign(new Error("Request was cancelled."), { code: 0 }),
  });
  vi.spyOn(globalThis, "fetch").mockRejectedValueOnce(refusal).mockRejectedValueOnce(refusal);
  const { verify } = start();
  await expect(verify(await sign())).rejects.toThrow(/gives no metadata \(.*TypeError/);
  now += 10 * SECOND;
  expect(await verify(await sign())).toMatchObject({ identity: { subject: "jane" } });
});

describe("readiness", () => {
  it("holds while a key is usable, and reports when that will not last", async () => {
    const { ready, keysAgeMs } = start();
    expect(keysAgeMs()).toBe(Number.POSITIVE_INFINITY);
    expect(await ready()).toBeUndefined();
    expect(keysAgeMs()).toBe(0);
    oauth.intercept = hangUp;
    now += 11 * MINUTE;
    // Probes must be fast: this one only triggers a request to the issuer.
    expect(await ready()).toBeUndefined();
    await waitFor(async () => expect(await ready()).toBe("degraded"));
    now += 49 * MINUTE;
    expect(await ready()).toBe("degraded");
    expect(keysAgeMs()).toBe(60 * MINUTE);
    now += 1;
    await expect(ready()).rejects.toThrow(CannotVerify);
    oauth.intercept = undefined;
    now += 10 * SECOND;
    expect(await ready()).toBeUndefined();
  });

  it("is restored by the first successful fetch, even though the keys are not old", async () => {
    const { verify, ready } = start();
    await verify(await sign());
    oauth.intercept = hangUp;
    now += 10 * SECOND;
    await expect(verify(await signStrange())).rejects.toThrow(CannotVerify);
    expect(await ready()).toBe("degraded");
    oauth.intercept = undefined;
    now += 10 * SECOND;
    await waitFor(async () => expect(await ready()).toBeUndefined());
  });

  it("fails if there was never a key, and while the issuer publishes none", async () => {
    const { ready } = start();
    oauth.intercept = hangUp;
    await expect(ready()).rejects.toThrow(CannotVerify);
    const key = await exportJWK(oauth.publicKey);
    let keys: object[] = [];
    oauth.intercept = (request, response) => {
      if (request.url === "/jwks") response.end(JSON.stringify({ keys }));
      return request.url === "/jwks";
    };
    now += 10 * SECOND;
    await expect(ready()).rejects.toThrow("no key");
    keys = [{ ...key, kid: oauth.keyId, alg: "RS256" }];
    now += 10 * SECOND;
    await waitFor(async () => expect(await ready()).toBeUndefined());
  });
});

describe.each([
  ["metadata", (path = "") => path.startsWith("/.well-known/")],
  ["keys", (path = "") => path === "/jwks"],
])("%s that never end", (_name, isAsked) => {
  it("are cut off after a megabyte", async () => {
    const sent: number[] = [];
    oauth.intercept = (request, response) => {
      if (isAsked(request.url)) sendEndlessly(response, (bytes) => sent.push(bytes));
      return isAsked(request.url);
    };
    const { verify } = start();
    await expect(verify(await sign())).rejects.toThrow(CannotVerify);
    await expect(verify(await sign())).rejects.toThrow("its answer is longer than 1 MB");
    await waitFor(() => expect(sent).not.toEqual([]));
    expect(Math.max(...sent)).toBeLessThan(16 * 1024 * 1024);
  });

  it("are given up when the time is over, however much still arrives", async () => {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => timeout(ms / 50));
    oauth.intercept = (request, response) => {
      if (isAsked(request.url)) trickle(response);
      return isAsked(request.url);
    };
    const { verify } = start();
    await expect(verify(await sign())).rejects.toThrow(/TimeoutError|timed out/);
  });
});
