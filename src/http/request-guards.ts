import { MAX_BODY_BYTES, statedLength, TOO_LARGE } from "./body-size.ts";
import type { Guard } from "./guard.ts";
import { MCP_PATH } from "./mcp-path.ts";
import { refuse } from "./refuse.ts";
import { isPlain, pathOf } from "./request-parts.ts";

/** Passes only requests to the MCP path. */
export const isMcpPath: Guard = (request, response) => {
  const path = pathOf(request);
  if (path === MCP_PATH) return true;
  const slash = path === `${MCP_PATH}/` ? ", without a slash at its end" : "";
  return refuse(response, 404, `Not found: MCP is served at ${MCP_PATH}${slash}`);
};

/** Passes only POST requests. */
export const isPost: Guard = (request, response) => {
  if (request.method === "POST") return true;
  return refuse(response, 405, "Method not allowed: this server is stateless and takes POST only", {
    headers: { allow: "POST" },
  });
};

/** Passes only plain JSON. */
export const isJson: Guard = (request, response) => {
  if (isPlain(request, "application/json")) return true;
  const message = "Unsupported Media Type: the body must be application/json, not compressed";
  return refuse(response, 415, message, { code: -32000 });
};

/** Refuses a body whose declared length is too large. */
export const isSmall: Guard = (request, response) => {
  if (statedLength(request.headers) <= MAX_BODY_BYTES) return true;
  return refuse(response, 413, TOO_LARGE);
};
