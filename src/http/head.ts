import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * The parts of a `Request` that the SDKs read when they are given the body separately. A class, because V8 retains whatever the
 * getter of a one-off object refers to (here the whole call) until a full garbage collection.
 */
export class Head implements Pick<Request, "method" | "url" | "headers" | "body" | "signal"> {
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
