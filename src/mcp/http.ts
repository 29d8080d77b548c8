import type { Registry } from "../tools/registry.ts";

/** Who calls, as the HTTP front found out before it passed the request on. */
export interface Caller {
  readonly authInfo?: { readonly token: string; readonly clientId: string; readonly scopes: string[] };
}

export type McpFetch = (request: Request, caller?: Caller) => Promise<Response>;

/**
 * MCP over Streamable HTTP as one fetch-shaped function. Stateless: a server for each request, no session, so that
 * replicas and restarts need no care. Expects a POST whose Host, Origin and caller have been checked.
 */
export function createMcpFetch(registry: Registry): McpFetch {
  return async (request, caller) => {
    const [{ serveV1 }, { WebStandardStreamableHTTPServerTransport }] = await Promise.all([
      import("./v1.ts"),
      import("@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"),
    ]);
    const transport = new WebStandardStreamableHTTPServerTransport({ enableJsonResponse: true });
    await serveV1(registry, transport);
    return transport.handleRequest(request, caller?.authInfo ? { authInfo: caller.authInfo } : undefined);
  };
}
