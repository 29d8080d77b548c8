import { isObject } from "../json.ts";
import type { Era, Message } from "./pipe.ts";
import { isUsualMeta, LEGACY, MODERN } from "./prepared.ts";
import type { HeaderReader } from "./serve.ts";

/** A tool call of exactly the usual form. */
export interface UsualCall extends Message {
  readonly id: string | number;
  readonly method: "tools/call";
}

/**
 * The era of a POST that is one tool call of exactly the usual form: every header and member that an SDK's HTTP transport would
 * judge is there as most clients send it. A call that asks for progress is not among them, because its response is a stream.
 */
export function eraOfUsualCall(headers: HeaderReader, body: unknown): Era | undefined {
  const accept = headers.get("accept");
  const isHeadUsual =
    headers.get("content-type") === "application/json" &&
    accept?.includes("application/json") === true &&
    accept.includes("text/event-stream");
  if (!isHeadUsual || !isCall(body)) return undefined;
  const { params } = body;
  const revision = headers.get("mcp-protocol-version");
  if (revision === MODERN) return isModern(headers, params) ? "v2" : undefined;
  const isLegacy = revision === null || LEGACY.includes(revision);
  return isLegacy && hasOnly(params, ["name", "arguments"]) ? "v1" : undefined;
}

function isCall(body: unknown): body is UsualCall & { readonly params: object } {
  if (!isObject(body) || !hasOnly(body, ["jsonrpc", "id", "method", "params"])) return false;
  const { jsonrpc, id, method, params } = body;
  const isIdentified = typeof id === "string" || Number.isSafeInteger(id);
  return jsonrpc === "2.0" && isIdentified && method === "tools/call" && isObject(params);
}

function isModern(
  headers: HeaderReader,
  params: { readonly name?: unknown; readonly _meta?: unknown },
): boolean {
  const { name, _meta } = params;
  return (
    hasOnly(params, ["name", "arguments", "_meta"]) &&
    isUsualMeta(_meta) &&
    typeof name === "string" &&
    /^[a-z_]+$/.test(name) &&
    headers.get("mcp-name") === name &&
    headers.get("mcp-method") === "tools/call"
  );
}

function hasOnly(value: object, keys: readonly string[]): boolean {
  return Object.keys(value).every((key) => keys.includes(key));
}
