/** Handmade requests of both protocol eras, so that the client itself costs next to nothing. */
export const ERAS = ["2025", "2026"] as const;
export type Era = (typeof ERAS)[number];

const REVISION = { "2025": "2025-11-25", "2026": "2026-07-28" } as const;
const INFO = { name: "bench", version: "1" };
const META = {
  "io.modelcontextprotocol/protocolVersion": REVISION["2026"],
  "io.modelcontextprotocol/clientCapabilities": {},
  "io.modelcontextprotocol/clientInfo": INFO,
};

/** The first request of a session. */
export const OPENING: Readonly<Record<Era, { method: string; params: object }>> = {
  "2025": {
    method: "initialize",
    params: { protocolVersion: REVISION["2025"], capabilities: {}, clientInfo: INFO },
  },
  "2026": { method: "server/discover", params: {} },
};

export const INITIALIZED = { jsonrpc: "2.0", method: "notifications/initialized" };

/** Encodes one request. */
export function writeRequest(era: Era, id: number, method: string, params: object): string {
  const own = era === "2026" ? { ...params, _meta: META } : params;
  return JSON.stringify({ jsonrpc: "2.0", id, method, params: own });
}

export function headersOf(era: Era, method: string, tool?: string): Record<string, string> {
  return {
    "content-type": "application/json",
    accept: "application/json, text/event-stream",
    "mcp-protocol-version": REVISION[era],
    ...(era === "2026" && { "mcp-method": method, ...(tool !== undefined && { "mcp-name": tool }) }),
  };
}

/** Why a response to `tools/call` does not count; undefined if it is a good one. */
export function findFault(answer: string): string | undefined {
  const { result, error } = JSON.parse(answer) as {
    result?: { isError?: boolean; structuredContent?: object };
    error?: { message: string };
  };
  if (error) return `protocol error: ${error.message}`;
  if (result?.isError || !result) return `the tool failed: ${answer.slice(0, 300)}`;
  return undefined;
}
