import { createMcpHandler } from "@modelcontextprotocol/server";
import type { Uses } from "../replicas/port.ts";
import type { Registry } from "../tools/registry.ts";
import type { Serve } from "./serve.ts";
import { createV2Factory } from "./v2.ts";

// Re-exported by name: of a package that is imported dynamically, the bundler would keep every export.
export { isLegacyRequest } from "@modelcontextprotocol/server";

/** Serves revision 2026-07-28, one server for each request. */
export function createV2Fetch(registry: Registry, key: string | undefined, uses?: Uses): Serve {
  return createMcpHandler(createV2Factory(registry, { key, uses }), { legacy: "reject" }).fetch;
}
