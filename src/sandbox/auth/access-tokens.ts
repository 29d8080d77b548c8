import { randomBytes } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { unauthenticated } from "../problems.ts";

/** The identity behind a token. */
export interface Caller {
  /** The user who acts and becomes the owner of created objects. */
  readonly userId: string;
  /** A service principal has no user id in `introspect`. */
  readonly kind: "person" | "service";
  /** Default: the roles of the tenant's switches. */
  readonly roles?: readonly string[];
}

/** The valid access tokens. They are opaque, so no client can derive anything from one. */
export class AccessTokens {
  readonly #live = new Map<string, { caller: Caller; expiresAt: number }>();
  readonly #clock: Clock;
  readonly lifetimeSeconds: number;

  constructor(clock: Clock, lifetimeSeconds: number) {
    this.#clock = clock;
    this.lifetimeSeconds = lifetimeSeconds;
  }

  issue(caller: Caller, lifetimeSeconds = this.lifetimeSeconds): string {
    const token = randomBytes(32).toString("base64url");
    this.#live.set(token, { caller, expiresAt: this.#clock.now() + lifetimeSeconds * 1000 });
    return token;
  }

  revokeAll(): void {
    this.#live.clear();
  }

  /** Revokes the tokens of one caller. */
  revoke(caller: Caller): void {
    for (const [token, live] of this.#live) if (live.caller === caller) this.#live.delete(token);
  }

  /** The caller that an `Authorization` header proves; undefined if it proves none. */
  find(header: string | undefined): Caller | undefined {
    const live = this.#live.get(readToken(header) ?? "");
    return live && live.expiresAt > this.#clock.now() ? live.caller : undefined;
  }

  /** Same as `find`, but refuses with 401 instead of returning undefined. */
  authenticate(header: string | undefined): Caller {
    const token = readToken(header);
    if (token === undefined) throw unauthenticated("no bearer token");
    const caller = this.find(header);
    if (caller !== undefined) return caller;
    this.#live.delete(token);
    throw unauthenticated("token is invalid or expired");
  }
}

function readToken(header: string | undefined): string | undefined {
  return /^Bearer ([\w~+/.-]+=*)$/i.exec(header ?? "")?.[1];
}
