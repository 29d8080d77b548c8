import { createMcpHandler } from "@modelcontextprotocol/server";
import type { Registry } from "../tools/registry.ts";
import { refuseListen } from "./refuse-listen.ts";
import type { Serve } from "./serve.ts";
import { createV2Factory } from "./v2.ts";

// Re-exported by name, because the bundler would keep every export of a dynamically imported package.
export { isLegacyRequest } from "@modelcontextprotocol/server";

/** Serves revision 2026-07-28, with one server per request. */
export function createV2Fetch(registry: Registry, consent: Parameters<typeof createV2Factory>[1]): Serve {
  const { fetch } = createMcpHandler(createV2Factory(registry, consent), { legacy: "reject" });
  return async (request, given) => {
    const refused = refuseListen(given.parsedBody);
    // The protocol demands this status of the error.
    return refused ? Response.json(refused, { status: 400 }) : fetch(request, given);
  };
}
