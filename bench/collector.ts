import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** Accepts everything that a server exports over OTLP, and keeps nothing. */
export interface Collector {
  /** The environment variables by which a server exports to it. */
  readonly env: Readonly<Record<string, string>>;
  requests(): number;
  end(): Promise<void>;
}

export async function startCollector(): Promise<Collector> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests += 1;
    request.resume().on("end", () => response.end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    env: { OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}` },
    requests: () => requests,
    async end() {
      server.closeAllConnections();
      server.close();
    },
  };
}
