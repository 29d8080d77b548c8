import type { ServerResponse } from "node:http";
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

/** Keeps one caller from crowding out the others. */
export function isWithinLimits({ perMinute, concurrent }: CallerLimits, rates: Rates): Guard {
  const running = new Map<string, number>();
  // Ten seconds' worth, so that one caller's burst does not delay the others.
  const bucket: Bucket = { perMinute, full: Math.min(perMinute, Math.max(MIN_BURST, perMinute / 6)) };

  /** Counts one more request until its response has ended. */
  function enter(caller: string, response: ServerResponse): boolean {
    const count = running.get(caller) ?? 0;
    if (count >= concurrent) return false;
    running.set(caller, count + 1);
    response.once("close", () => {
      const left = (running.get(caller) ?? 1) - 1;
      if (left > 0) running.set(caller, left);
      else running.delete(caller);
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
    if (!enter(caller, response)) {
      return refuseBusy(
        response,
        1,
        `no more than ${formatCount(concurrent, "request")} of one caller at a time`,
      );
    }
    return perMinute === 0 || isInRate(caller, request, response);
  };
}
