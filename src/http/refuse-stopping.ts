import type { ServerResponse } from "node:http";
import { refuse } from "./refuse.ts";

/** Refuses a request that was not run, so that a load balancer can try another replica. */
export function refuseStopping(response: ServerResponse): false {
  const message = "Service unavailable: this server is stopping; nothing was done";
  return refuse(response, 503, message, { code: -32000, headers: { "retry-after": "1" } });
}
