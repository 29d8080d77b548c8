import { createHash } from "node:crypto";
import type { Configuration as Client, ClientAuth, CustomFetch } from "openid-client";
import type { UserIdentity } from "../caller.ts";
import { type Clock, readSteady } from "../clock.ts";
import { fetchShort } from "../fetch-short.ts";
import type { Logger } from "../log/logger.ts";
import { isLoopback } from "../loopback.ts";
import type { Uses } from "../replicas/port.ts";
import { createSeal } from "../seal.ts";
import { readCookies, writeCookie } from "./cookie.ts";
import type { BrowserRequest, Login } from "./ports.ts";

export interface LoginOptions {
  /** The authorization server that vouches for callers; it must support OpenID Connect. */
  readonly issuer: string;
  readonly clientId: string;
  /** Absent for a public client: PKCE protects the code in either case. */
  readonly clientSecret?: (() => Promise<string>) | undefined;
  /** URL prefix of links; `<base>login` is the client's redirect URI. */
  readonly base: string;
  /** Seals what the browser keeps until it returns. */
  readonly key: string | undefined;
  /** Remembers which logins were completed. */
  readonly uses: Pick<Uses, "useOnce">;
  readonly logger: Logger;
  readonly clock: Pick<Clock, "now" | "steady">;
}

/** State of a login in progress; the browser keeps it, sealed. */
interface Pending {
  /** SHA-256 of the page's path, which the browser keeps beside it: browsers drop cookies of more than 4,096 bytes. */
  readonly page: string;
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
}

/** What our libraries and the protocol may say about a login that failed. */
interface Fault {
  readonly code?: unknown;
  readonly cause?: { readonly code?: unknown };
  readonly error?: string;
}

const CANNOT_START =
  "The login server cannot be used just now. Open the link again in a minute; if that does not help, tell the operator.";

/** The lifetime of a link, in milliseconds. */
const PENDING_MS = 600_000;

/** Characters of a page's path in one cookie, which leaves room for its name and for a `/`, of which three characters are made. */
const MAX_COOKIE = 3_900;

/** How long the issuer may take per response, in seconds. */
const TIMEOUT_SECONDS = 10;

/** How long the issuer's metadata is cached, in milliseconds. */
const FRESH_MS = 3_600_000;

/** Logs people in by OpenID Connect: authorization code with PKCE. Of the tokens, only the identity is kept. */
export function createLogin({
  issuer,
  clientId,
  clientSecret,
  base,
  key,
  uses,
  logger,
  clock,
}: LoginOptions): Login {
  const { seal, open } = createSeal<Pending>(key, "page login", clock.now);
  const redirect = new URL("login", base);
  let known: { readonly client: Promise<Client>; readonly until: number } | undefined;

  /** Fetched anew each hour, and after each failure. */
  function discover(): Promise<Client> {
    if (!known || readSteady(clock) >= known.until) {
      const client = readIssuer(issuer, clientId, clientSecret);
      known = { client, until: readSteady(clock) + FRESH_MS };
      client.catch(() => {
        known = undefined;
      });
    }
    return known.client;
  }

  const cookie = (name: string, value: string, lifeMs: number) =>
    writeCookie(name, value, { url: redirect, lifeMs, sameSite: "lax" });

  return {
    async start(page) {
      const oidc = await import("openid-client");
      const client = await discover().catch(tellFault);
      if (!client) return { problem: CANNOT_START };
      const pending = {
        page: digest(page),
        state: oidc.randomState(),
        nonce: oidc.randomNonce(),
        verifier: oidc.randomPKCECodeVerifier(),
      };
      const location = oidc.buildAuthorizationUrl(client, {
        redirect_uri: redirect.href,
        scope: "openid",
        state: pending.state,
        nonce: pending.nonce,
        code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier),
        code_challenge_method: "S256",
      });
      const name = nameOf(pending.state);
      const kept = [seal(pending, PENDING_MS), ...cut(page)];
      return {
        location: location.href,
        cookies: kept.map((value, index) => cookie(name + index, value, PENDING_MS)),
      };
    },
    async finish({ query, headers }) {
      const state = new URLSearchParams(query).get("state") ?? "";
      const name = nameOf(state);
      const [sealed = "", ...parts] = readNumbered(headers.cookie, name);
      const opened = open(sealed);
      const cookies = [sealed, ...parts].map((_value, index) => cookie(name + index, "", 0));
      const page = parts.join("");
      if (opened === "expired") return { cookies, problem: "The login took too long. Open the link again." };
      const isOurs = opened !== "bad" && opened.value.state === state && opened.value.page === digest(page);
      // Whoever has a link could otherwise make us send the login server any number of codes.
      if (!isOurs || !(await uses.useOnce("page", `login ${state}`, PENDING_MS))) {
        const problem =
          "This login was not started in this browser, or it was used already. Open the link again.";
        return { cookies, problem };
      }
      const person = await judge(opened.value, new URL(query, redirect));
      return { cookies, ...("problem" in person ? person : { page, person }) };
    },
  };

  /** Only codes of the protocol and of our libraries: the issuer's message could contain anything. */
  function tellFault(error: unknown): undefined {
    const { code, cause, error: reason } = error as Fault;
    const known = /^[a-z_]{1,60}$/.test(reason ?? "") ? reason : undefined;
    logger.warn({ code: code ?? cause?.code, reason: known }, "login failed");
  }

  async function judge(
    pending: Pending,
    address: URL,
  ): Promise<Pick<UserIdentity, "issuer" | "subject"> | { readonly problem: string }> {
    try {
      const [oidc, client] = await Promise.all([import("openid-client"), discover()]);
      const tokens = await oidc.authorizationCodeGrant(client, address, {
        expectedState: pending.state,
        expectedNonce: pending.nonce,
        pkceCodeVerifier: pending.verifier,
        idTokenExpected: true,
      });
      const { iss, sub } = tokens.claims() ?? {};
      if (iss === undefined || sub === undefined) throw new Error("no identity in the answer");
      return { issuer: iss, subject: sub };
    } catch (error) {
      // The client's secret may have changed in the meantime.
      known = undefined;
      const { error: reason } = error as { error?: string };
      tellFault(error);
      return {
        problem:
          reason === "access_denied"
            ? "The login was declined. Open the link again to try once more."
            : "The login server did not confirm who you are. Open the link again; if that does not help, tell the operator.",
      };
    }
  }
}

/** The beginning of the names of one login's cookies, so that two at the same time do not overwrite each other's. */
function nameOf(state: string): string {
  return `c1login_${createHash("sha256").update(state).digest("hex").slice(0, 16)}_`;
}

function digest(page: string): string {
  return createHash("sha256").update(page).digest("base64url");
}

function cut(page: string): string[] {
  return page.match(new RegExp(`.{1,${MAX_COOKIE}}`, "g")) ?? [];
}

/** The values of a login's cookies, in order. */
function readNumbered(header: BrowserRequest["headers"][string], name: string): string[] {
  const cookies = readCookies(header);
  const values: string[] = [];
  for (;;) {
    const value = cookies[name + values.length];
    if (value === undefined) return values;
    values.push(value);
  }
}

async function readIssuer(
  issuer: string,
  clientId: string,
  clientSecret: (() => Promise<string>) | undefined,
): Promise<Client> {
  const [oidc, secret] = await Promise.all([import("openid-client"), clientSecret?.()]);
  const url = new URL(issuer);
  return oidc.discovery(url, clientId, secret, secret === undefined ? oidc.None() : proveBy(oidc, secret), {
    timeout: TIMEOUT_SECONDS,
    [oidc.customFetch]: fetchSafely,
    // The setting accepts http only on loopback.
    execute: url.protocol === "http:" ? [oidc.allowInsecureRequests] : [],
  });
}

/** A login server on loopback may use plain HTTP, but what it names elsewhere may not. */
const fetchSafely: CustomFetch = async (url, options) => {
  const { protocol, hostname } = new URL(url);
  if (protocol !== "https:" && !isLoopback(hostname)) throw Object.assign(new Error(), { code: "NOT_HTTPS" });
  return fetchShort(url, { ...options, body: options.body ?? null });
};

/** Servers differ in where they accept a client's secret; the header is the default unless they say otherwise. */
function proveBy(oidc: typeof import("openid-client"), secret: string): ClientAuth {
  return (server, ...rest) => {
    const takesPost = server.token_endpoint_auth_methods_supported?.includes("client_secret_post") === true;
    return (takesPost ? oidc.ClientSecretPost(secret) : oidc.ClientSecretBasic(secret))(server, ...rest);
  };
}
