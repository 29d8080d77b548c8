import type { IncomingMessage, ServerResponse } from "node:http";
import { MAX_BODY_BYTES, statedLength } from "./body-size.ts";

/** Closes the connection, so that an unread body is not taken for the next request. */
export const CLOSE = { connection: "close" };

/** Answers with an HTTP error and a JSON-RPC body. Returns false for guards to return in turn. */
export function refuse(
  response: ServerResponse,
  status: number,
  message: string,
  { code = -32600, headers = {} }: { code?: number; headers?: Readonly<Record<string, string>> } = {},
): false {
  const all = { "content-type": "application/json", ...headers, ...(isEndless(response.req) && CLOSE) };
  response.writeHead(status, all);
  response.end(JSON.stringify({ jsonrpc: "2.0", id: null, error: { code, message } }));
  return false;
}

/** Node discards a small unread body and keeps the connection. It cannot do that with a body that may never end. */
function isEndless({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || statedLength(headers) > MAX_BODY_BYTES;
}
