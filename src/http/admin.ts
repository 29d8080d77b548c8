import { createServer, type Server } from "node:http";
import { isLoopback } from "../loopback.ts";
import { isAddressed } from "./hosts.ts";
import { createMetrics, type MetricsSources } from "./metrics.ts";
import { pathOf } from "./request-parts.ts";

export interface Admin {
  readonly server: Server;
  close(): void;
}

/**
 * Serves `/metrics` on its own port, so that the callers' port never exposes it. On loopback only to loopback names, because a web
 * page could read it under a name of its own; elsewhere nobody knows by which names it is reached.
 */
export function createAdmin(sources: MetricsSources & { readonly host: string }): Admin {
  const metrics = createMetrics(sources);
  const isOwn = isLoopback(sources.host) && isAddressed({ hosts: [], origins: [], loopback: true });
  const server = createServer({ headersTimeout: 5_000, requestTimeout: 5_000 }, (request, response) => {
    response.setHeader("connection", "close");
    if (isOwn && !isOwn(request, response)) return;
    if (pathOf(request) !== "/metrics" || request.method !== "GET") {
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
