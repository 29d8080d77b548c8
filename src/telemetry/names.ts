/*
 * Names from OpenTelemetry's semantic conventions: MCP as of gen-ai/mcp.md of August 2026 (in development), HTTP as of 1.45.0
 * (stable). Names that the conventions lack begin with `c1_mcp.`.
 */

export const MCP_METHOD = "mcp.method.name";
export const TOOL_NAME = "gen_ai.tool.name";
export const OPERATION_NAME = "gen_ai.operation.name";
export const NETWORK_TRANSPORT = "network.transport";
export const ERROR_TYPE = "error.type";
export const REQUEST_METHOD = "http.request.method";
export const RESPONSE_STATUS = "http.response.status_code";
export const URL_SCHEME = "url.scheme";
export const ROUTE = "http.route";
export const SERVER_ADDRESS = "server.address";
export const SERVER_PORT = "server.port";
/** How a tool call ended: `ok`, the failure's code, or `input_required` if a person is asked in between. */
export const OUTCOME = "c1_mcp.outcome";
/** The API operation of a request. The URL is omitted, because it contains ids. */
export const API_OPERATION = "c1_mcp.api.operation";

export const CALL_DURATION = "mcp.server.operation.duration";
export const REQUEST_DURATION = "http.client.request.duration";
export const SERVED_DURATION = "http.server.request.duration";

/** Boundaries in seconds that the MCP conventions recommend, also used for requests. */
export const SECONDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];
