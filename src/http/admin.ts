import { createServer, type Server } from "node:http";
import { createMetrics, type MetricsSources } from "./metrics.ts";

export interface Admin {
  readonly server: Server;
  close(): void;
}

/** Serves `/metrics` on its own port, so that the callers' port never exposes it. */
export function createAdmin(sources: MetricsSources): Admin {
  const metrics = createMetrics(sources);
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 5_000 }, (request, response) => {
    response.setHeader("connection", "close");
    if (request.url?.split("?", 1)[0] !== "/metrics" || request.method !== "GET") {
      response.writeHead(404).end();
      return;
    }
    metrics.read().then(
      (text) => response.writeHead(200, { "content-type": metrics.contentType }).end(text),
      () => response.writeHead(500).end(),
    );
  });
  server.maxConnections = 100;
  return {
    server,
    close() {
      server.close();
      server.closeAllConnections();
      metrics.close();
    },
  };
}
