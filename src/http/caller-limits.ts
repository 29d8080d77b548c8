import { largestLength, SMALL_BYTES } from "./body-size.ts";
import type { Guard } from "./guard.ts";
import { refuseBusy } from "./refuse-busy.ts";

export interface CallerLimits {
  /** Requests a minute, 0 for no limit. A large one counts once for each 64 KiB of its body. */
  readonly perMinute: number;
  readonly concurrent: number;
}

/** How many callers are remembered; with OAuth there can be many. */
const MAX_CALLERS = 10_000;

const MIN_BURST = 10;

interface Usage {
  running: number;
  /** Token bucket: refills at the allowed rate and holds ten seconds' worth, so that no burst keeps others waiting. */
  left: number;
  at: number;
}

/** Keeps one caller from taking the server from the others. */
export function isWithinLimits(limits: CallerLimits, now: () => number = Date.now): Guard {
  const usages = new Map<string, Usage>();
  const full = Math.min(limits.perMinute, Math.max(MIN_BURST, limits.perMinute / 6));

  function usageOf(caller: string): Usage {
    const usage = usages.get(caller) ?? { running: 0, left: full, at: now() };
    // Moved to the end, so that the map starts with those who have been idle longest.
    usages.delete(caller);
    if (usages.size >= MAX_CALLERS) forgetOne();
    usages.set(caller, usage);
    return usage;
  }

  function forgetOne(): void {
    for (const [caller, { running }] of usages) {
      if (running > 0) continue;
      usages.delete(caller);
      return;
    }
  }

  function refill(usage: Usage): void {
    const passed = Math.max(0, now() - usage.at);
    usage.left = Math.min(full, usage.left + (passed * limits.perMinute) / 60_000);
    usage.at = now();
  }

  return (request, response) => {
    const usage = usageOf(request.caller?.name ?? "");
    if (usage.running >= limits.concurrent) {
      return refuseBusy(response, 1, `no more than ${limits.concurrent} requests of one caller at a time`);
    }
    if (limits.perMinute > 0) {
      refill(usage);
      const cost = Math.min(full, Math.ceil(Math.max(1, largestLength(request.headers)) / SMALL_BYTES));
      if (usage.left < cost) {
        const seconds = Math.ceil(((cost - usage.left) * 60) / limits.perMinute);
        return refuseBusy(
          response,
          seconds,
          `no more than ${limits.perMinute} requests of one caller a minute`,
        );
      }
      usage.left -= cost;
    }
    usage.running += 1;
    response.once("close", () => {
      usage.running -= 1;
    });
    return true;
  };
}
