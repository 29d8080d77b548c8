import { MAX_BODY_BYTES } from "../mcp/node.ts";
import { type Guard, lengthOf, refuse } from "./refuse.ts";

export interface CallerLimits {
  /** Requests a minute; 0 for no limit. */
  readonly perMinute: number;
  readonly concurrent: number;
}

/** Bodies of all requests under way together: what large ones may take of the memory. */
const MAX_BODIES_BYTES = 8 * MAX_BODY_BYTES;

/** Callers that are remembered; with OAuth there can be many. */
const MAX_CALLERS = 10_000;

interface Usage {
  running: number;
  /** A bucket that fills at the rate allowed and holds a minute's worth. */
  left: number;
  at: number;
}

/** Keeps one caller from taking the server from the others. */
export function isWithinLimits(limits: CallerLimits, now: () => number = Date.now): Guard {
  const usages = new Map<string, Usage>();

  function usageOf(caller: string): Usage {
    const usage = usages.get(caller) ?? { running: 0, left: limits.perMinute, at: now() };
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
    usage.left = Math.min(limits.perMinute, usage.left + (passed * limits.perMinute) / 60_000);
    usage.at = now();
  }

  return (request, response) => {
    const usage = usageOf(request.auth?.clientId ?? "");
    if (usage.running >= limits.concurrent) {
      return tooMany(response, 1, `no more than ${limits.concurrent} requests of one caller at a time`);
    }
    if (limits.perMinute > 0) {
      refill(usage);
      if (usage.left < 1) {
        const seconds = Math.ceil(((1 - usage.left) * 60) / limits.perMinute);
        return tooMany(response, seconds, `no more than ${limits.perMinute} requests of one caller a minute`);
      }
      usage.left -= 1;
    }
    usage.running += 1;
    response.once("close", () => {
      usage.running -= 1;
    });
    return true;
  };
}

/** Keeps all bodies together within a bound; one that does not say how long it is counts as the longest. */
export function hasRoom(): Guard {
  let used = 0;
  return (request, response) => {
    const { headers } = request;
    const bytes = headers["transfer-encoding"] === undefined ? lengthOf(headers) : MAX_BODY_BYTES;
    if (used + bytes > MAX_BODIES_BYTES) {
      return tooMany(response, 1, "there is no room for more large ones now");
    }
    used += bytes;
    response.once("close", () => {
      used -= bytes;
    });
    return true;
  };
}

function tooMany(response: Parameters<Guard>[1], seconds: number, why: string): false {
  const headers = { "retry-after": String(seconds) };
  return refuse(response, 429, `Too many requests: ${why}`, { code: -32000, headers });
}
