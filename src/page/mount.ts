import type { IncomingMessage, ServerResponse } from "node:http";
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
  const body = await readBody(request);
  const answer = await handle({
    method: request.method ?? "GET",
    path,
    query: query.length > 0 ? `?${query.join("?")}` : "",
    headers: request.headers,
    body,
  });
  // Node closes the connection if an unread body continues.
  if (body === undefined) response.shouldKeepAlive = false;
  for (const [name, value] of Object.entries(answer.headers))
    if (value.length > 0) response.setHeader(name, value);
  response.statusCode = answer.status;
  response.end(answer.body);
}

/** Undefined if it is longer than allowed; the rest is not read. */
function readBody(request: IncomingMessage): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) return void chunks.push(chunk);
      chunks.length = 0;
      request.pause();
      resolve(undefined);
    });
    request.on("end", () => resolve(Buffer.concat(chunks).toString("utf8")));
    request.on("error", reject);
  });
}
