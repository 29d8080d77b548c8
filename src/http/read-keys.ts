import type { createRemoteJWKSet } from "jose";
import { fetchShort } from "../fetch-short.ts";
import { discoverIssuer } from "./discovery.ts";
import { CannotVerify } from "./token-errors.ts";

const METADATA_MAX_AGE_MS = 3_600_000;
const TIMEOUT_MS = 5_000;

/** A snapshot of an issuer's keys. It is never refreshed, whatever its age. */
export type KeySet = ReturnType<typeof createRemoteJWKSet>;
const NEVER_AGAIN = { cacheMaxAge: Number.POSITIVE_INFINITY, cooldownDuration: Number.POSITIVE_INFINITY };

/** Fetches an issuer's keys anew on each call. Rejects with `CannotVerify`. */
export function createKeyReader(issuer: string, now: () => number): () => Promise<KeySet> {
  let place: { readonly url: URL; readonly foundAt: number } | undefined;

  /** Locates the keys. If the metadata cannot be read, the last known location still counts. */
  async function locate(): Promise<URL> {
    if (place && now() - place.foundAt <= METADATA_MAX_AGE_MS) return place.url;
    try {
      const { jwksUrl } = await discoverIssuer(issuer);
      place = { url: jwksUrl, foundAt: now() };
    } catch (error) {
      if (!place) throw error;
    }
    return place.url;
  }

  return async () => {
    const [{ createRemoteJWKSet, customFetch }, url] = await Promise.all([import("jose"), locate()]);
    const options = { ...NEVER_AGAIN, timeoutDuration: TIMEOUT_MS, [customFetch]: fetchShort };
    const keys = createRemoteJWKSet(url, options);
    try {
      await keys.reload();
      return keys;
    } catch (error) {
      // The keys may have moved.
      place = { url, foundAt: Number.NEGATIVE_INFINITY };
      const { message, cause } = error as Error & { cause?: { code?: unknown } };
      const reason = typeof cause?.code === "string" ? cause.code : message;
      throw new CannotVerify(`the issuer's keys cannot be read (${reason})`);
    }
  };
}
