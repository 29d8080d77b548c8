import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Secret } from "../config/credential.ts";
import type { Logger } from "../log/logger.ts";
import type { McpFetch } from "../mcp/http.ts";
import { createLoopbackGuards, type Guard, MAX_BODY_BYTES, mountMcp } from "../mcp/node.ts";
import { hasBearer } from "./bearer.ts";

export const MCP_PATH = "/mcp";

export interface FrontOptions {
  readonly mcp: McpFetch;
  /** What callers must send; undefined lets everyone in, for the sandbox only. */
  readonly token: Secret | undefined;
  readonly logger: Logger;
}

/** The HTTP server. Everything about a request that can be judged by its head is judged before its body is read. */
export function createFront({ mcp, token, logger }: FrontOptions): Server {
  const handle = mountMcp(mcp, (error) => logger.error({ err: error }, "http request failed"));
  const guards: Guard[] = [...createLoopbackGuards(), isMcpPath, isPost, isAuthenticated(token), isSmall];
  return createServer((request, response) => {
    const answer = async () => {
      for (const guard of guards) if (!(await guard(request, response))) return;
      await handle(request, response);
    };
    answer().catch((error: unknown) => {
      logger.error({ err: error }, "http request failed");
      if (response.headersSent) response.destroy();
      else refuse(response, 500, -32603, "Internal error");
    });
  });
}

function isMcpPath(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.url?.split("?", 1)[0] === MCP_PATH) return true;
  return refuse(response, 404, -32600, `Not found: MCP is served at ${MCP_PATH}`);
}

function isPost(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method === "POST") return true;
  response.setHeader("allow", "POST");
  return refuse(response, 405, -32600, "Method not allowed: this server is stateless and takes POST only");
}

function isAuthenticated(token: Secret | undefined): Guard {
  return async (request, response) => {
    if (token === undefined) return true;
    if (await hasBearer(request, token)) {
      // The token stays here: nothing behind this line may see it, let alone send it on.
      delete request.headers.authorization;
      Object.assign(request, { auth: { token: "", clientId: "http-token", scopes: [] } });
      return true;
    }
    const given = request.headers.authorization !== undefined;
    response.setHeader(
      "www-authenticate",
      `Bearer realm="c1-admin-mcp"${given ? ', error="invalid_token"' : ""}`,
    );
    return refuse(response, 401, -32001, "Unauthorized: send the bearer token that C1_MCP_HTTP_TOKEN holds");
  };
}

function isSmall(request: IncomingMessage, response: ServerResponse): boolean {
  if (Number(request.headers["content-length"] ?? 0) <= MAX_BODY_BYTES) return true;
  return refuse(response, 413, -32600, `Request body larger than ${MAX_BODY_BYTES} bytes`);
}

/** Answers and closes: the body was not read, so the connection cannot be used again. */
function refuse(response: ServerResponse, status: number, code: number, message: string): false {
  response.writeHead(status, { "content-type": "application/json", connection: "close" });
  response.end(JSON.stringify({ jsonrpc: "2.0", id: null, error: { code, message } }));
  return false;
}
