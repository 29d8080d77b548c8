import { createMcpHandler } from "@modelcontextprotocol/server";
import type { Registry } from "../tools/registry.ts";
import type { Serve } from "./http.ts";
import { createV2Factory } from "./v2.ts";

// Named here and not by who needs them: of what is loaded later, the bundler keeps everything that is exported.
export { isLegacyRequest } from "@modelcontextprotocol/server";

/** Serves revision 2026-07-28, one server for each request. */
export function createV2Fetch(registry: Registry, stateKey: string | undefined): Serve {
  return createMcpHandler(createV2Factory(registry, stateKey), { legacy: "reject" }).fetch as Serve;
}
