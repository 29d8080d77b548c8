import type { IncomingMessage, ServerResponse } from "node:http";
import { type NodeIncomingMessageLike, toNodeHandler } from "@modelcontextprotocol/node";
import type { McpFetch } from "./http.ts";

export const MAX_BODY_BYTES = 4 * 1024 * 1024;

/** Mounts the fetch-shaped handler on `node:http`. */
export function mountMcp(
  mcp: McpFetch,
  onError: (error: Error) => void,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const handle = toNodeHandler(
    { fetch: (request, options) => mcp(request, options?.authInfo && { authInfo: options.authInfo }) },
    { maxRequestBodySize: MAX_BODY_BYTES, onerror: onError },
  );
  // Node's type says `undefined` where the adapter's says absent; at run time they are the same.
  return (request, response) => handle(request as unknown as NodeIncomingMessageLike, response);
}
