import { isObject } from "../json.ts";
import { buildError } from "./build-error.ts";
import type { Line } from "./lines.ts";
import { hasTooManyValues, readOuterId, TOO_MANY_VALUES } from "./message-size.ts";
import type { Message } from "./pipe.ts";

const REQUEST_KEYS = ["jsonrpc", "id", "method", "params"];

/** A message and its length, nothing for a blank line, or the JSON-RPC error to respond with. */
type Parsed = { message: Message; bytes: number } | { message?: undefined } | { error: object };

/** Parses one line. */
export function parseMessage(line: Line, maxBytes: number): Parsed {
  if ("tooLong" in line) return { error: buildError(-32600, `Message longer than ${maxBytes} bytes`) };
  const text = line.text.trim();
  if (text === "") return {};
  if (hasTooManyValues(text)) return { error: buildError(-32600, TOO_MANY_VALUES, readOuterId(text)) };
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { error: buildError(-32700, "Parse error: each line must be one JSON-RPC message") };
  }
  if (isMessage(value)) return { message: value, bytes: Buffer.byteLength(text) };
  return { error: buildError(-32600, "Invalid request: not a JSON-RPC 2.0 message", readId(value)) };
}

/** Whether the SDKs would accept it. They drop anything else silently, and the client would wait forever. */
function isMessage(value: unknown): value is Message {
  if (!isObject(value) || value.jsonrpc !== "2.0") return false;
  const { id, method, params } = value;
  if (id !== undefined && !isId(id)) return false;
  if (method === undefined) return "result" in value || "error" in value;
  if (typeof method !== "string" || Object.keys(value).some((key) => !REQUEST_KEYS.includes(key)))
    return false;
  if (params === undefined) return true;
  if (!isObject(params)) return false;
  const { _meta: meta } = params;
  return (
    meta === undefined || (isObject(meta) && (meta.progressToken === undefined || isId(meta.progressToken)))
  );
}

/** The id of an invalid request, so that the client learns which of its calls failed. */
function readId(value: unknown): string | number | null {
  return isObject(value) && "method" in value && isId(value.id) ? value.id : null;
}

function isId(value: unknown): value is string | number {
  return typeof value === "string" || Number.isSafeInteger(value);
}
