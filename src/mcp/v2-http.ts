import { createMcpHandler } from "@modelcontextprotocol/server";
import type { Registry } from "../tools/registry.ts";
import { refuseListen } from "./refuse-listen.ts";
import type { Serve } from "./serve.ts";
import type { RunCall } from "./single-calls.ts";
import { createV2Factory } from "./v2.ts";
import { openV2Calls } from "./v2-calls.ts";

// Re-exported by name, because the bundler would keep every export of a dynamically imported package.
export { isLegacyRequest } from "@modelcontextprotocol/server";

/** How revision 2026-07-28 is served to those who see the same tools. */
export interface V2 {
  /** Takes any request, with a server for each. */
  readonly serve: Serve;
  readonly runUsual: RunCall;
}

export async function openV2(
  registry: Registry,
  consent: Parameters<typeof createV2Factory>[1],
): Promise<V2> {
  const createServer = createV2Factory(registry, consent);
  const { fetch } = createMcpHandler(() => createServer(), { legacy: "reject" });
  return {
    async serve(request, given) {
      const refused = refuseListen(given.parsedBody);
      // The protocol demands this status of the error.
      return refused ? Response.json(refused, { status: 400 }) : fetch(request, given);
    },
    runUsual: await openV2Calls(createServer),
  };
}
