import { MAX_BODY_BYTES } from "../mcp/node.ts";
import { type Guard, type Incoming, lengthOf, refuse } from "./refuse.ts";

export interface CallerLimits {
  /** Requests a minute, a large one counted once for each small body that it would make; 0 for no limit. */
  readonly perMinute: number;
  readonly concurrent: number;
}

/** Bodies up to this size always have room, and count as one request. */
const SMALL_BYTES = 64 * 1024;

/** What larger ones that are under way may take of the memory: those of one caller, and all together. */
const LARGE_OF_ONE_BYTES = 2 * MAX_BODY_BYTES;
const LARGE_OF_ALL_BYTES = 8 * MAX_BODY_BYTES;

/** Callers that are remembered; with OAuth there can be many. */
const MAX_CALLERS = 10_000;

const MIN_BURST = 10;

interface Usage {
  running: number;
  /** A bucket that fills at the rate allowed and holds ten seconds' worth, so that no burst keeps others waiting. */
  left: number;
  at: number;
}

/** Keeps one caller from taking the server from the others. */
export function isWithinLimits(limits: CallerLimits, now: () => number = Date.now): Guard {
  const usages = new Map<string, Usage>();
  const full = Math.min(limits.perMinute, Math.max(MIN_BURST, limits.perMinute / 6));

  function usageOf(caller: string): Usage {
    const usage = usages.get(caller) ?? { running: 0, left: full, at: now() };
    // Moved to the end: those that come first have been quiet for the longest.
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
    const usage = usageOf(request.auth?.clientId ?? "");
    if (usage.running >= limits.concurrent) {
      return tooMany(response, 1, `no more than ${limits.concurrent} requests of one caller at a time`);
    }
    if (limits.perMinute > 0) {
      refill(usage);
      const cost = Math.min(full, Math.ceil(Math.max(1, sizeOf(request.headers)) / SMALL_BYTES));
      if (usage.left < cost) {
        const seconds = Math.ceil(((cost - usage.left) * 60) / limits.perMinute);
        return tooMany(response, seconds, `no more than ${limits.perMinute} requests of one caller a minute`);
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

/** Keeps large bodies that are under way within a bound. */
export function hasRoom(): Guard {
  const used = new Map<string, number>();
  let usedByAll = 0;

  function take(caller: string, bytes: number): void {
    const left = (used.get(caller) ?? 0) + bytes;
    usedByAll += bytes;
    if (left > 0) used.set(caller, left);
    else used.delete(caller);
  }

  return ({ headers, auth }, response) => {
    const bytes = sizeOf(headers);
    if (bytes <= SMALL_BYTES) return true;
    const caller = auth?.clientId ?? "";
    const full = (used.get(caller) ?? 0) + bytes > LARGE_OF_ONE_BYTES;
    if (full || usedByAll + bytes > LARGE_OF_ALL_BYTES) {
      return tooMany(response, 1, "there is no room for more large ones now");
    }
    take(caller, bytes);
    response.once("close", () => take(caller, -bytes));
    return true;
  };
}

/** One that does not say how long it is counts as the longest. */
function sizeOf(headers: Incoming["headers"]): number {
  return headers["transfer-encoding"] === undefined ? lengthOf(headers) : MAX_BODY_BYTES;
}

function tooMany(response: Parameters<Guard>[1], seconds: number, why: string): false {
  const headers = { "retry-after": String(seconds) };
  return refuse(response, 429, `Too many requests: ${why}`, { code: -32000, headers });
}
