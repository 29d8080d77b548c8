import type { IncomingMessage, ServerResponse } from "node:http";
import { MAX_BODY_BYTES } from "../mcp/node.ts";

/** A request on its way in; what the front found out about its caller is added to it. */
export interface Incoming extends IncomingMessage {
  auth?: {
    readonly token: "";
    readonly clientId: string;
    readonly scopes: readonly string[];
    readonly resourceMetadataUrl?: string;
  };
}

/** Judges a request by its head; answers and returns false when it may not go on. */
export type Guard = (request: Incoming, response: ServerResponse) => boolean | Promise<boolean>;

/** Answers in place of the protocol. */
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

const CLOSE = { connection: "close" };

/** A small body that nobody reads is thrown away by Node, and the connection lives on; not so one without a near end. */
function isEndless({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined || lengthOf(headers) > MAX_BODY_BYTES;
}

export function lengthOf(headers: IncomingMessage["headers"]): number {
  return Number(headers["content-length"] ?? 0);
}
