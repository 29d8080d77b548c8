import type { ServerResponse } from "node:http";
import type { TrackedCalls } from "../mcp/track-calls.ts";
import type { Bucket, Rates } from "../replicas/port.ts";
import { formatCount } from "../text.ts";
import { largestLength, SMALL_BYTES } from "./body-size.ts";
import type { Guard, Incoming } from "./guard.ts";
import { refuseBusy } from "./refuse-busy.ts";

export interface CallerLimits {
  /** Requests per minute, 0 for no limit. A large request counts once per 64 KiB of body. */
  readonly perMinute: number;
  /** Concurrent requests in this process. */
  readonly concurrent: number;
}

const MIN_BURST = 10;

/**
 * Keeps one caller from crowding out the others.
 * @param left resolves when the calls of a request have ended, which can outlive it; undefined if none is running.
 */
export function isWithinLimits(
  { perMinute, concurrent }: CallerLimits,
  rates: Rates,
  left: TrackedCalls["left"] = () => undefined,
): Guard {
  const running = new Map<string, number>();
  // Ten seconds' worth, so that one caller's burst does not delay the others.
  const bucket: Bucket = { perMinute, full: Math.min(perMinute, Math.max(MIN_BURST, perMinute / 6)) };

  /** Counts one more request until its response and its calls have ended. */
  function enter(name: string, { caller }: Incoming, response: ServerResponse): boolean {
    const count = running.get(name) ?? 0;
    if (count >= concurrent) return false;
    running.set(name, count + 1);
    const leave = () => {
      const others = (running.get(name) ?? 1) - 1;
      if (others > 0) running.set(name, others);
      else running.delete(name);
    };
    response.once("close", () => {
      const calls = caller && left(caller);
      if (calls) void calls.then(leave);
      else leave();
    });
    return true;
  }

  async function isInRate(caller: string, request: Incoming, response: ServerResponse): Promise<boolean> {
    const cost = Math.min(bucket.full, Math.ceil(Math.max(1, largestLength(request.headers)) / SMALL_BYTES));
    const waitMs = await rates.spend(caller, cost, bucket);
    if (waitMs <= 0) return true;
    const why = `no more than ${formatCount(perMinute, "request")} of one caller a minute`;
    return refuseBusy(response, Math.ceil(waitMs / 1000), why);
  }

  return async (request, response) => {
    const caller = request.caller?.name ?? "";
    if (!enter(caller, request, response)) {
      return refuseBusy(
        response,
        1,
        `no more than ${formatCount(concurrent, "request")} of one caller at a time`,
      );
    }
    return perMinute === 0 || isInRate(caller, request, response);
  };
}
