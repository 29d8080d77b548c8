import type { JWTVerifyGetKey } from "jose";
import type { Logger } from "../log/logger.ts";
import { createKeyReader, type KeySet } from "./read-keys.ts";
import { CannotVerify } from "./token-errors.ts";

/** Keys older than this are fetched again, which bounds how long a revoked key is accepted. */
const FRESH_MS = 600_000;

/** How long keys stay valid after the last successful fetch while the issuer does not answer. */
const KEPT_MS = 3_600_000;

/** The keys of one issuer, kept for a while if it does not answer. */
export interface IssuerKeys {
  /** Rejects with `CannotVerify` if only the issuer could decide and it does not answer. */
  readonly find: JWTVerifyGetKey;
  /** Rejects if no key is usable; resolves to "degraded" while the issuer does not answer. */
  check(): Promise<"degraded" | undefined>;
  /** Milliseconds since the last successful fetch; infinite before the first one. */
  ageMs(): number;
}

export interface IssuerKeysOptions {
  readonly issuer: string;
  /** Minimum time between two requests to the issuer, whatever tokens arrive, in milliseconds. */
  readonly cooldownMs: number;
  readonly logger: Logger;
  /** Milliseconds from an arbitrary origin. */
  readonly now: () => number;
}

/** Sends the issuer nothing until the first token or probe arrives. */
export function createIssuerKeys({ issuer, cooldownMs, logger, now }: IssuerKeysOptions): IssuerKeys {
  const read = createKeyReader(issuer, now);
  let keys: KeySet | undefined;
  let readAt = Number.NEGATIVE_INFINITY;
  let looking: Promise<void> | undefined;
  let lookedAt = Number.NEGATIVE_INFINITY;
  /** Why the last fetch failed; undefined if it succeeded. */
  let failure: Error | undefined;
  const ageMs = () => now() - readAt;

  /** Fetches the keys unless that was done a moment ago. Never rejects: `failure` holds the outcome. */
  function look(): Promise<void> {
    if (!looking && now() - lookedAt >= cooldownMs) {
      lookedAt = now();
      looking = read().then(
        (found) => {
          keys = found;
          readAt = now();
          endLook(undefined);
        },
        (error: Error) => endLook(error),
      );
    }
    return looking ?? Promise.resolve();
  }

  function endLook(error: Error | undefined): void {
    if (error && !failure) {
      const message = "the keys of the OAuth issuer cannot be read; known ones stay good for an hour";
      logger.warn({ reason: error.message }, message);
    }
    if (!error && failure) logger.info("the keys of the OAuth issuer can be read again");
    failure = error;
    looking = undefined;
  }

  /** The keys known now; rejects if they are too old to use. */
  async function current(mayWait: boolean): Promise<KeySet> {
    if (failure || ageMs() > FRESH_MS) {
      const looked = look();
      // While the issuer does not answer, callers with a known key are served at once.
      if (ageMs() > KEPT_MS || (mayWait && !failure)) await looked;
    }
    if (!keys || ageMs() > KEPT_MS) throw failure ?? new CannotVerify("the issuer's keys were never read");
    return keys;
  }

  return {
    ageMs,
    async find(header, token) {
      const known = await current(true);
      try {
        return await known(header, token);
      } catch (error) {
        if ((error as { code?: string }).code !== "ERR_JWKS_NO_MATCHING_KEY") throw error;
        // The key may be newer than the ones we know; only a successful fetch can tell.
        await look();
        if (failure) throw failure;
        return (keys ?? known)(header, token);
      }
    },
    async check() {
      const known = await current(false);
      if (known.jwks()?.keys.length === 0) {
        void look();
        throw new CannotVerify("the issuer publishes no key");
      }
      return failure && "degraded";
    },
  };
}
