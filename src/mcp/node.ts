import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Caller, McpFetch } from "./http.ts";

export const MAX_BODY_BYTES = 4 * 1024 * 1024;
export const TOO_LARGE = `Request body larger than ${MAX_BODY_BYTES} bytes`;

const utf8 = new TextDecoder();

/**
 * Mounts the handler on `node:http`. Ours and not the SDK's adapter, which builds a whole `Request` and sends every answer
 * in pieces: that took a fifth of a call. Rejects when the caller goes away in the middle.
 */
export function mountMcp(
  mcp: McpFetch,
): (
  request: IncomingMessage & { readonly auth?: Caller["authInfo"] | undefined },
  response: ServerResponse,
) => Promise<void> {
  return async (request, response) => {
    const body = await readBody(request);
    if (body === undefined) return send(tooLarge(), response);
    const caller = request.auth && { authInfo: request.auth };
    return send(
      await mcp(new Head(request, response) as unknown as Request, utf8.decode(body), caller),
      response,
    );
  };
}

/** Undefined when it is longer than it may be. */
function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on("data", (chunk: Buffer) => {
      size += chunk.length;
      if (size <= MAX_BODY_BYTES) return void chunks.push(chunk);
      request.pause();
      resolve(undefined);
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("error", reject);
  });
}

function tooLarge(): Response {
  return Response.json(
    { jsonrpc: "2.0", id: null, error: { code: -32000, message: TOO_LARGE } },
    { status: 413, headers: { connection: "close" } },
  );
}

/**
 * As much of a `Request` as is read of one whose body is known. A class, because V8 keeps what a getter of a single object
 * holds (here the whole call) until a full collection.
 */
class Head implements Pick<Request, "method" | "url" | "headers" | "body" | "signal"> {
  readonly method: string;
  readonly url: string;
  readonly headers = new Headers();
  readonly body = null;
  readonly #response: ServerResponse;
  #leaving: AbortController | undefined;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.method = request.method ?? "POST";
    this.url = `http://${request.headers.host ?? "localhost"}${request.url}`;
    for (const [name, value] of Object.entries(request.headers)) {
      for (const item of Array.isArray(value) ? value : [value ?? ""]) this.headers.append(name, item);
    }
    this.#response = response;
  }

  /** Aborted when the caller goes away before the answer is out. Made for who asks: one for each call is dear. */
  get signal(): AbortSignal {
    this.#leaving ??= abortedBy(this.#response);
    return this.#leaving.signal;
  }
}

function abortedBy(response: ServerResponse): AbortController {
  const controller = new AbortController();
  const end = () => {
    if (!response.writableEnded) controller.abort();
  };
  if (response.destroyed) end();
  else response.once("close", end);
  return controller;
}

/** An answer of one piece goes out as one, a stream as it comes. */
async function send(answer: Response, response: ServerResponse): Promise<void> {
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  if (answer.body === null) {
    response.end();
  } else if (answer.headers.get("content-type")?.startsWith("text/event-stream")) {
    response.flushHeaders();
    await pipeline(Readable.fromWeb(answer.body), response);
  } else {
    const bytes = Buffer.from(await answer.arrayBuffer());
    response.setHeader("content-length", bytes.length);
    response.end(bytes);
  }
}
