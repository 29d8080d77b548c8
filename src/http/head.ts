import type { IncomingMessage, ServerResponse } from "node:http";
import type { HeaderReader, RequestHead } from "../mcp/serve.ts";

/**
 * The parts of a `Request` that the SDKs read when they are given the body separately. A class, because V8 retains whatever the
 * getter of a one-off object refers to (here the whole call) until a full garbage collection.
 */
export class Head implements RequestHead {
  readonly method: string;
  readonly url: string;
  readonly body = null;
  readonly #request: IncomingMessage;
  readonly #response: ServerResponse;
  #headers: Headers | undefined;
  #leaving: AbortController | undefined;

  constructor(request: IncomingMessage, response: ServerResponse) {
    this.method = request.method ?? "POST";
    this.url = `http://${request.headers.host ?? "localhost"}${request.url}`;
    this.#request = request;
    this.#response = response;
  }

  get plain(): HeaderReader {
    const { headers } = this.#request;
    return {
      get(name) {
        const value = headers[name];
        return typeof value === "string" ? value : null;
      },
    };
  }

  get headers(): Headers {
    this.#headers ??= copyHeaders(this.#request);
    return this.#headers;
  }

  /** Aborted if the caller leaves before the response is complete. Created lazily: expensive per call. */
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

function copyHeaders(request: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) {
    for (const item of Array.isArray(value) ? value : [value ?? ""]) headers.append(name, item);
  }
  return headers;
}
