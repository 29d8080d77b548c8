import type { ServerResponse } from "node:http";
import { refuse } from "./refuse.ts";

/** Refuses a request for now, and says after how many seconds to retry. */
export function refuseBusy(response: ServerResponse, seconds: number, why: string): false {
  const headers = { "retry-after": String(seconds) };
  return refuse(response, 429, `Too many requests: ${why}`, { code: -32000, headers });
}
