import { type Clock, type Limits, readSteady, waitWithin } from "../../clock.ts";
import { Failure } from "../../errors.ts";
import type { Redactor } from "../../log/redact.ts";
import { createSecretMemory } from "../../log/secret-memory.ts";
import { tokenRenewed } from "../../log/signals.ts";
import { formatSeconds } from "../../text.ts";
import { TRY_LATER } from "../problem.ts";
import type { TokenSource } from "./token-source.ts";

const MINT_LIMIT_MS = 30_000;
const RENEW_AT = 0.8;

/** How long a call waits for a renewal while the old token is still valid, in milliseconds. */
const RENEWAL_PATIENCE_MS = 5_000;

export interface Minted {
  readonly token: string;
  readonly lifetimeMs: number;
}

/** Fetches a new token. Rejects with a Failure. */
export type Mint = (limits: Limits) => Promise<Minted>;

/**
 * Both times by `readSteady`: with a machine's clock that is set forward, C1 would take no assertion for a new token. After a
 * machine's sleep the token may have expired earlier than that; then C1 answers 401, and it is renewed.
 */
interface Held {
  readonly token: string;
  readonly renewAt: number;
  readonly expiresAt: number;
}

/** Shares one token among all calls: each mint is an audit event in C1, so concurrent calls share a single one. */
export function createTokenCache(
  mint: Mint,
  options: { clock: Clock; redactor: Redactor; name?: string | undefined },
): TokenSource {
  const { clock, name } = options;
  const tell = (ok: boolean) => tokenRenewed.tell({ ok, ...(name !== undefined && { credential: name }) });
  const remember = createSecretMemory(options.redactor);
  let held: Held | undefined;
  let minting: Promise<string> | undefined;

  function startMint(): Promise<string> {
    const startedAt = readSteady(clock);
    // Has its own signal: a waiter that gives up must not cancel the token for the others.
    const shared = mint({ signal: new AbortController().signal, deadline: startedAt + MINT_LIMIT_MS })
      .then(({ token, lifetimeMs }) => {
        const renewAt = startedAt + lifetimeMs * RENEW_AT;
        held = { token: remember(token), renewAt, expiresAt: startedAt + lifetimeMs };
        return token;
      })
      .finally(() => {
        minting = undefined;
      });
    // All waiters may have left by the time the request fails.
    shared.then(
      () => tell(true),
      () => tell(false),
    );
    minting = shared;
    return shared;
  }

  async function renew(old: Held, limits: Limits): Promise<string> {
    const deadline = Math.min(limits.deadline, readSteady(clock) + RENEWAL_PATIENCE_MS);
    try {
      return await waitForToken(minting ?? startMint(), { signal: limits.signal, deadline }, clock);
    } catch (error) {
      if (isTransient(error) && held === old && readSteady(clock) < old.expiresAt) return old.token;
      throw error;
    }
  }

  return {
    async getToken(limits) {
      const now = readSteady(clock);
      if (held && now < held.renewAt) return held.token;
      if (held && now < held.expiresAt) return renew(held, limits);
      return waitForToken(minting ?? startMint(), limits, clock);
    },
    dropToken(token) {
      // Another call may have renewed the token already.
      if (held?.token === token) held = undefined;
      return true;
    },
  };
}

function isTransient(error: unknown): boolean {
  return error instanceof Failure && (error.code === "unavailable" || error.code === "rate_limited");
}

/** Waits for a shared token within the waiter's own limits. */
function waitForToken(minting: Promise<string>, limits: Limits, clock: Clock): Promise<string> {
  const started = readSteady(clock);
  return waitWithin(minting, limits, clock, (reason) => {
    if (reason === "cancelled")
      return new Failure("cancelled", "The call was cancelled while it waited for an access token.");
    const what = `C1 did not issue an access token within ${formatSeconds(readSteady(clock) - started)}.`;
    return new Failure("unavailable", what, { next: TRY_LATER });
  });
}
