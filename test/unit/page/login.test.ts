import { createHash } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { type JWTPayload, SignJWT } from "jose";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { type Clock, systemClock } from "../../../src/clock.ts";
import { createLogin } from "../../../src/page/login.ts";
import type { BrowserRequest, Login, LoginEnd } from "../../../src/page/ports.ts";
import { createLocalShared } from "../../../src/replicas/local.ts";
import { sendEndlessly, trickle } from "../../support/bad-answers.ts";
import { createFakeClock } from "../../support/fake-clock.ts";
import { type OAuthServer, startOAuthServer } from "../../support/oauth-server.ts";

const BASE = "https://mcp.acme.example/page/";
const PAGE = "/page/some-page";
const CLIENT = "page-client";
const METADATA = "/.well-known/openid-configuration";

let oauth: OAuthServer;
let logs: { msg: string; code?: string }[] = [];
/** The form of the last request to the token endpoint. */
let tokenForm: URLSearchParams | undefined;

beforeAll(async () => {
  oauth = await startOAuthServer();
});
afterEach(() => {
  oauth.intercept = undefined;
  tokenForm = undefined;
  logs = [];
  vi.restoreAllMocks();
});
afterAll(() => oauth.close());

function open(clock: Clock = systemClock): Login {
  const logger = pino({ level: "info" }, { write: (line: string) => void logs.push(JSON.parse(line)) });
  const options = { issuer: oauth.issuer, clientId: CLIENT, base: BASE, key: undefined };
  const uses = createLocalShared(systemClock);
  return createLogin({ ...options, uses, logger, clock });
}

/** A login that was started: what the browser keeps, and what the login server was asked for. */
async function begin(login: Login) {
  const start = await login.start(PAGE);
  if (!("location" in start)) throw new Error(start.problem);
  const cookie = start.cookies.map((line) => line.split(";", 1)[0]).join("; ");
  return { cookie, asked: new URL(start.location).searchParams };
}

function returnWith(query: URLSearchParams, cookie: string): BrowserRequest {
  return { method: "GET", path: "/page/login", query: `?${query}`, headers: { cookie }, body: undefined };
}

const json = (response: ServerResponse, value: object) =>
  response.setHeader("content-type", "application/json").end(JSON.stringify(value));

const secondsFromNow = (seconds: number) => Math.floor(Date.now() / 1000) + seconds;

interface Change {
  /** Claims of the ID token; an undefined one is left out. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** What the browser brings back from the login server. */
  readonly query?: (good: URLSearchParams) => void;
  readonly sign?: (claims: JWTPayload) => Promise<string>;
}

/** Logs in with everything as it should be, but for one change. */
async function logIn({ claims = {}, query = () => undefined, sign = oauth.sign }: Change): Promise<LoginEnd> {
  const login = open();
  const { cookie, asked } = await begin(login);
  const good = {
    iss: oauth.issuer,
    aud: CLIENT,
    sub: "jane",
    iat: secondsFromNow(0),
    exp: secondsFromNow(60),
    nonce: asked.get("nonce"),
  };
  const token = await sign({ ...good, ...claims } as JWTPayload);
  oauth.intercept = (request, response) => {
    if (request.url !== "/token") return false;
    void text(request).then((body) => {
      tokenForm = new URLSearchParams(body);
      json(response, { access_token: "any", token_type: "Bearer", id_token: token });
    });
    return true;
  };
  const brought = new URLSearchParams({ code: "good", state: asked.get("state") ?? "", iss: oauth.issuer });
  query(brought);
  return login.finish(returnWith(brought, cookie));
}

describe("a login", () => {
  it("asks for a code with PKCE, and exchanges it with the same redirect URI", async () => {
    const login = open();
    const { asked } = await begin(login);
    expect(Object.fromEntries(asked)).toMatchObject({
      response_type: "code",
      client_id: CLIENT,
      redirect_uri: `${BASE}login`,
      scope: "openid",
      code_challenge_method: "S256",
    });
    const end = await logIn({});
    expect(end).toMatchObject({ page: PAGE, person: { issuer: oauth.issuer, subject: "jane" } });
    expect(tokenForm?.get("redirect_uri")).toBe(`${BASE}login`);
    expect(tokenForm?.get("code_verifier")).toMatch(/^[\w-]{43}$/);
  });

  it("proves with the verifier that it made the challenge", async () => {
    const login = open();
    const { cookie, asked } = await begin(login);
    oauth.intercept = (request, response) => {
      if (request.url !== "/token") return false;
      void text(request).then((body) => {
        tokenForm = new URLSearchParams(body);
        json(response, {});
      });
      return true;
    };
    const brought = new URLSearchParams({ code: "x", state: asked.get("state") ?? "", iss: oauth.issuer });
    await login.finish(returnWith(brought, cookie));
    const digest = createHash("sha256").update(tokenForm?.get("code_verifier") ?? "");
    expect(digest.digest("base64url")).toBe(asked.get("code_challenge"));
  });

  it("accepts several audiences if the token was issued to us", async () => {
    const end = await logIn({ claims: { aud: [CLIENT, "other"], azp: CLIENT } });
    expect(end).toMatchObject({ person: { subject: "jane" } });
  });

  it.each<[string, Change]>([
    ["another issuer", { claims: { iss: "https://login.other.example" } }],
    ["another audience", { claims: { aud: "other-client" } }],
    ["several audiences without an authorized party", { claims: { aud: [CLIENT, "other"] } }],
    ["another authorized party", { claims: { aud: [CLIENT, "other"], azp: "other" } }],
    ["a time that is over", { claims: { exp: secondsFromNow(-60) } }],
    ["no end", { claims: { exp: undefined } }],
    ["no time of issue", { claims: { iat: undefined } }],
    ["a time that is yet to come", { claims: { nbf: secondsFromNow(600) } }],
    ["another nonce", { claims: { nonce: "other" } }],
    ["no nonce", { claims: { nonce: undefined } }],
    ["no subject", { claims: { sub: undefined } }],
    ["a subject that is no text", { claims: { sub: 7 } }],
    [
      "a symmetric signature",
      {
        sign: (claims) =>
          new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(Buffer.alloc(32, "any key")),
      },
    ],
  ])("is refused for an ID token with %s", async (_what, change) => {
    const end = await logIn(change);
    expect(end).toMatchObject({ problem: expect.stringContaining("did not confirm who you are") });
    expect(tokenForm).toBeDefined();
  });

  it.each<[string, NonNullable<Change["query"]>]>([
    ["another server's name (mix-up)", (query) => query.set("iss", "https://login.other.example")],
    ["no name, although the server announced it", (query) => query.delete("iss")],
    ["two states", (query) => query.append("state", "other")],
    ["two codes", (query) => query.append("code", "other")],
    ["an ID token beside the code", (query) => query.set("id_token", "x.y.z")],
  ])("sends no code that came with %s", async (_what, query) => {
    expect(await logIn({ query })).toHaveProperty("problem");
    expect(tokenForm).toBeUndefined();
  });

  it("sends a code once, however often a browser returns with it", async () => {
    const login = open();
    const { cookie, asked } = await begin(login);
    oauth.requests.length = 0;
    const brought = new URLSearchParams({ code: "x", state: asked.get("state") ?? "", iss: oauth.issuer });
    const ends = await Promise.all([1, 2, 3].map(() => login.finish(returnWith(brought, cookie))));
    expect(ends.filter((end) => "problem" in end && end.problem.includes("was used already"))).toHaveLength(
      2,
    );
    expect(oauth.requests).toEqual(["/token"]);
  });

  it("is refused with another state, and with another browser's", async () => {
    const other = await logIn({ query: (query) => query.set("state", "other") });
    expect(other).toMatchObject({ problem: expect.stringContaining("not started in this browser") });
    const login = open();
    const [mine, theirs] = [await begin(login), await begin(login)];
    const brought = new URLSearchParams({ code: "x", state: theirs.asked.get("state") ?? "" });
    const end = await login.finish(returnWith(brought, mine.cookie));
    expect(end).toMatchObject({ problem: expect.stringContaining("not started in this browser") });
    expect(tokenForm).toBeUndefined();
  });
});

describe("a login server that cannot be used", () => {
  /** Nobody waits ten seconds here. */
  function hurry(): void {
    const timeout = AbortSignal.timeout.bind(AbortSignal);
    vi.spyOn(AbortSignal, "timeout").mockImplementation((ms) => timeout(ms / 50));
  }

  /** Answers the request for this path, and passes all others on. */
  const answerAt =
    (path: string, answer: (response: ServerResponse) => void) =>
    (request: IncomingMessage, response: ServerResponse) => {
      if (request.url === path) answer(response);
      return request.url === path;
    };

  it("is asked anew for its metadata each hour, whatever becomes of the machine's clock", async () => {
    let asked = 0;
    oauth.intercept = ({ url }) => {
      if (url === METADATA) asked += 1;
      return false;
    };
    const clock = createFakeClock();
    const login = open(clock);
    const counts: number[] = [];
    for (const [setMs, passMs] of [
      [0, 0],
      [3_600_000, 3_599_999],
      [-7_200_000, 1],
    ] as const) {
      clock.set(setMs);
      clock.advance(passMs);
      await login.start(PAGE);
      counts.push(asked);
    }
    expect(counts).toEqual([1, 1, 2]);
  });

  it.each<[string, string, (response: ServerResponse) => void, string]>([
    ["metadata without end", METADATA, (response) => sendEndlessly(response), "ANSWER_TOO_LONG"],
    ["metadata that trickles", METADATA, trickle, "OAUTH_TIMEOUT"],
    ["no answer at all", METADATA, (response) => response.destroy(), "UND_ERR_SOCKET"],
  ])("sends %s", async (_what, path, answer, code) => {
    if (answer === trickle) hurry();
    oauth.intercept = answerAt(path, answer);
    expect(await open().start(PAGE)).toMatchObject({ problem: expect.stringContaining("cannot be used") });
    expect(logs).toMatchObject([{ msg: "login failed", code }]);
  });

  it.each<[string, (response: ServerResponse) => void, string]>([
    ["without end", (response) => sendEndlessly(response), "ANSWER_TOO_LONG"],
    ["that trickle", trickle, "OAUTH_TIMEOUT"],
  ])("sends tokens %s", async (_what, answer, code) => {
    const login = open();
    const { cookie, asked } = await begin(login);
    if (answer === trickle) hurry();
    oauth.intercept = answerAt("/token", answer);
    const brought = new URLSearchParams({ code: "x", state: asked.get("state") ?? "", iss: oauth.issuer });
    expect(await login.finish(returnWith(brought, cookie))).toHaveProperty("problem");
    expect(logs).toMatchObject([{ msg: "login failed", code }]);
  });

  it("wants the code over plain HTTP", async () => {
    oauth.intercept = answerAt(METADATA, (response) =>
      json(response, {
        issuer: oauth.issuer,
        authorization_endpoint: `${oauth.issuer}/auth`,
        token_endpoint: "http://login.acme.example/token",
      }),
    );
    const login = open();
    const { cookie, asked } = await begin(login);
    const brought = new URLSearchParams({ code: "x", state: asked.get("state") ?? "" });
    expect(await login.finish(returnWith(brought, cookie))).toHaveProperty("problem");
    expect(logs).toMatchObject([{ msg: "login failed", code: "NOT_HTTPS" }]);
  });
});
