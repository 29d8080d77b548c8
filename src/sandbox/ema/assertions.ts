import { createHash, randomUUID } from "node:crypto";
import { exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from "jose";
import type { Clock } from "../../clock.ts";
import { invalidClient, invalidGrant, invalidRequest } from "../auth/oauth-problem.ts";
import type { UserRow } from "../state.ts";

const ALG = "ES256";
const ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token";
export const ID_JAG = "urn:ietf:params:oauth:token-type:id-jag";
const LIFETIME_S = 300;
const LOGIN_LIFETIME_S = 3_600;

/** A server that assertions are issued for, as an administrator registers it in C1. */
export interface ResourceServer {
  /** The issuer of its authorization server. */
  readonly audience: string;
  /** URLs that agents call. */
  readonly resources: readonly string[];
  /** The enabled scopes, each of which is an entitlement. */
  readonly scopes: readonly string[];
}

/** An agent's client, known by the same id at the other server. */
export interface AgentClient {
  readonly id: string;
  readonly secret: string;
}

interface Keys {
  readonly privateKey: Awaited<ReturnType<typeof generateKeyPair>>["privateKey"];
  readonly jwk: JWK;
}

/**
 * The tenant as an issuer of identity assertions: people log in and hold entitlements, and their agents exchange the login for an
 * ID-JAG with the scopes that the person holds. Modelled on C1's documentation of enterprise-managed authorization.
 */
export class Assertions {
  readonly issuer: string;
  readonly #clock: Clock;
  readonly #people: readonly UserRow[];
  readonly #servers: ResourceServer[] = [];
  readonly #clients = new Map<string, AgentClient>();
  /** Keyed by person, server and scope. */
  readonly #held = new Set<string>();
  #keys: Promise<Keys> | undefined;

  constructor(issuer: string, clock: Clock, people: readonly UserRow[]) {
    this.issuer = issuer;
    this.#clock = clock;
    this.#people = people;
  }

  register(server: ResourceServer, client: AgentClient): void {
    this.#servers.push(server);
    this.#clients.set(client.id, client);
  }

  grant(email: string, scope: string): void {
    this.#held.add(`${this.#find(email).id} ${scope}`);
  }

  /** Takes effect with the next exchange, as in C1. */
  revoke(email: string, scope: string): void {
    this.#held.delete(`${this.#find(email).id} ${scope}`);
  }

  /** Signs new assertions with a new key; assertions signed with the old one become invalid. */
  changeKeys(): void {
    this.#keys = undefined;
  }

  async publishKeys(): Promise<{ keys: JWK[] }> {
    return { keys: [(await this.#open()).jwk] };
  }

  /** Returns the ID token of a person who logs in through a client. */
  async signIn(email: string, clientId: string): Promise<string> {
    const person = this.#find(email);
    if (person.status !== "ENABLED") throw invalidRequest("this person cannot log in");
    const now = this.#seconds();
    const claims = { email: person.email, auth_time: now };
    return this.#sign({ ...claims, aud: clientId, sub: person.id, exp: now + LOGIN_LIFETIME_S }, "JWT");
  }

  /** Answers a token exchange (RFC 8693) that asks for an ID-JAG. */
  async exchange(form: URLSearchParams): Promise<object> {
    const client = this.#clients.get(form.get("client_id") ?? "");
    if (client === undefined || form.get("client_secret") !== client.secret)
      throw invalidClient("unknown client");
    if (form.get("subject_token_type") !== ID_TOKEN)
      throw invalidRequest(`subject_token_type must be ${ID_TOKEN}`);
    const login = await this.#checkLogin(form.get("subject_token") ?? "", client.id);
    const person = this.#people.find(({ id }) => id === login.sub);
    if (person?.status !== "ENABLED") throw invalidGrant("this person is disabled");
    const server = this.#servers.find(({ audience }) => audience === form.get("audience"));
    if (server === undefined) throw invalidGrant("the audience is not registered");
    if (!server.resources.includes(form.get("resource") ?? "")) {
      throw invalidGrant("the resource is none of the registered ones");
    }
    const asked = form.get("scope")?.split(" ").filter(Boolean);
    const scopes = server.scopes.filter(
      (scope) => this.#held.has(`${person.id} ${scope}`) && (!asked?.length || asked.includes(scope)),
    );
    if (scopes.length === 0) throw invalidGrant("the person holds none of these scopes");
    const now = this.#seconds();
    const claims = {
      aud: server.audience,
      sub: this.#nameFor(person, server),
      email: person.email,
      auth_time: login.auth_time,
      client_id: client.id,
      scope: scopes.join(" "),
      jti: randomUUID(),
      exp: now + LIFETIME_S,
    };
    return {
      issued_token_type: ID_JAG,
      access_token: await this.#sign(claims, "oauth-id-jag+jwt"),
      token_type: "N_A",
      expires_in: LIFETIME_S,
      scope: claims.scope,
    };
  }

  async #checkLogin(token: string, audience: string) {
    const { jwk } = await this.#open();
    const options = { issuer: this.issuer, audience, typ: "JWT", currentDate: new Date(this.#clock.now()) };
    const { payload } = await jwtVerify(token, jwk, options).catch(() => {
      throw invalidGrant("subject_token is no valid ID token");
    });
    return payload;
  }

  /** Pairwise: different at each server, and never the person's own id. */
  #nameFor({ id }: UserRow, { audience }: ResourceServer): string {
    return createHash("sha256").update(`${id} ${audience}`).digest("base64url").slice(0, 27);
  }

  #find(email: string): UserRow {
    const person = this.#people.find((row) => row.email === email);
    if (person === undefined) throw invalidRequest("nobody has this e-mail address");
    return person;
  }

  #seconds(): number {
    return Math.floor(this.#clock.now() / 1000);
  }

  /** Created on first use, because most test tenants never need keys. */
  #open(): Promise<Keys> {
    this.#keys ??= generateKeyPair(ALG).then(async ({ privateKey, publicKey }) => ({
      privateKey,
      jwk: { ...(await exportJWK(publicKey)), kid: randomUUID(), alg: ALG, use: "sig" },
    }));
    return this.#keys;
  }

  async #sign(claims: Record<string, unknown>, typ: string): Promise<string> {
    const { privateKey, jwk } = await this.#open();
    return new SignJWT({ iss: this.issuer, iat: this.#seconds(), ...claims })
      .setProtectedHeader({ alg: ALG, kid: jwk.kid ?? "", typ })
      .sign(privateKey);
  }
}
