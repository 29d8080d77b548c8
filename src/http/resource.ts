import type { Settings } from "../config/schema.ts";
import type { Guard } from "./guard.ts";
import { MCP_PATH } from "./mcp-path.ts";
import { refuse } from "./refuse.ts";
import { pathOf } from "./request-parts.ts";

const WELL_KNOWN = "/.well-known/oauth-protected-resource";

/** What OAuth clients are told about this server (RFC 9728). */
export interface Resource {
  /** URL of the MCP endpoint as callers know it. */
  readonly url: string;
  /** Authorization servers whose tokens are accepted. */
  readonly issuers: readonly string[];
  readonly scopes: readonly string[];
}

/** URL of the MCP endpoint as callers know it: as configured, otherwise the listening address, which is correct for the sandbox. */
export function resourceOf({ publicUrl, oauthAudience, host, port }: Settings): string {
  return publicUrl ?? oauthAudience ?? `http://${host}:${port}${MCP_PATH}`;
}

/** URL of the resource metadata: the well-known part goes before the path of the endpoint. */
export function metadataUrlOf(resource: string): string {
  const { origin, pathname } = new URL(resource);
  return `${origin}${WELL_KNOWN}${pathname === "/" ? "" : pathname}`;
}

/** Answers metadata requests, and returns false if the request was one. */
export function isNotMetadata({ url, issuers, scopes }: Resource): Guard {
  const paths = new Set([WELL_KNOWN, WELL_KNOWN + MCP_PATH, new URL(metadataUrlOf(url)).pathname]);
  const document = JSON.stringify({
    resource: url,
    authorization_servers: issuers,
    scopes_supported: scopes,
    bearer_methods_supported: ["header"],
    resource_name: "ConductorOne writes",
  });
  return (request, response) => {
    if (!paths.has(pathOf(request))) return true;
    if (request.method !== "GET" && request.method !== "HEAD") {
      return refuse(response, 405, "Method not allowed", { headers: { allow: "GET, HEAD" } });
    }
    response.writeHead(200, { "content-type": "application/json", "cache-control": "max-age=300" });
    response.end(request.method === "HEAD" ? undefined : document);
    return false;
  };
}
