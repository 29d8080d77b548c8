import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../read-body.ts";
import type { BrowserRequest, PageAnswer } from "./ports.ts";

/** Far more than a form with its secrets needs. */
const MAX_BODY_BYTES = 64 * 1024;

/** Serves a request of `node:http` with a plain function. */
export async function servePage(
  request: IncomingMessage,
  response: ServerResponse,
  handle: (request: BrowserRequest) => Promise<PageAnswer>,
): Promise<void> {
  const [path = "", ...query] = (request.url ?? "").split("?");
  const body = await readBody(request, MAX_BODY_BYTES);
  const answer = await handle({
    method: request.method ?? "GET",
    path,
    query: query.length > 0 ? `?${query.join("?")}` : "",
    headers: request.headers,
    body: body?.toString("utf8"),
  });
  // Node closes the connection if an unread body continues.
  if (body === undefined) response.shouldKeepAlive = false;
  for (const [name, value] of Object.entries(answer.headers))
    if (value.length > 0) response.setHeader(name, value);
  response.statusCode = answer.status;
  response.end(answer.body);
}
