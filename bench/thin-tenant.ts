import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/** Traffic since it was last read. */
export interface Traffic {
  readonly requests: number;
  /** Size of the responses. */
  readonly bytes: number;
}

/** A distant tenant: with latency, short pages and lost responses. */
export interface ThinTenant {
  readonly url: string;
  /** Latency of the next requests. */
  latencyMs: number;
  pageRows: 10 | 100;
  /** Whether the connection breaks after the next create, before its response. */
  losesCreate: boolean;
  take(): Traffic;
  close(): void;
}

/** Starts a proxy between the server and the sandbox. */
export async function openThinTenant(sandboxUrl: string): Promise<ThinTenant> {
  let traffic = { requests: 0, bytes: 0 };
  const server = createServer((incoming, answer) => void pass(incoming, answer));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const tenant: ThinTenant = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    latencyMs: 0,
    pageRows: 100,
    losesCreate: false,
    take() {
      const taken = traffic;
      traffic = { requests: 0, bytes: 0 };
      return taken;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };

  async function pass(incoming: IncomingMessage, answer: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString("utf8");
    const body = text.replace(/"pageSize":\d+/, `"pageSize":${tenant.pageRows}`);
    const path = (incoming.url ?? "/").replace(/page_size=\d+/, `page_size=${tenant.pageRows}`);
    if (tenant.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, tenant.latencyMs));
    const { "content-length": _length, ...headers } = incoming.headers;
    const options = {
      method: incoming.method ?? "GET",
      headers: { ...headers, host: new URL(sandboxUrl).host },
    };
    const outgoing = request(sandboxUrl + path, options, (response) => {
      if (
        tenant.losesCreate &&
        incoming.method === "POST" &&
        /\/v1\/apps$|\/connectors(\/create)?$/.test(path)
      ) {
        tenant.losesCreate = false;
        traffic.requests += 1;
        response.resume().on("end", () => incoming.socket.destroy());
        return;
      }
      traffic.requests += 1;
      answer.writeHead(response.statusCode ?? 502, response.headers);
      response.on("data", (chunk: Buffer) => {
        traffic.bytes += chunk.length;
      });
      response.pipe(answer);
    });
    outgoing.on("error", () => answer.destroy());
    outgoing.end(body);
  }
  return tenant;
}
