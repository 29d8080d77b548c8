import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, request } from "node:http";
import type { AddressInfo } from "node:net";

/** A proxy between the server and its tenant that records what the server sent. */
export interface Relay {
  readonly url: string;
  /** The address to which requests are forwarded. */
  target: string;
  readonly seen: { readonly path: string; readonly headers: IncomingHttpHeaders; readonly body: string }[];
  close(): Promise<void>;
}

export async function startRelay(): Promise<Relay> {
  const server = createServer(async (incoming, response) => {
    const body = (await incoming.setEncoding("utf8").toArray()).join("");
    const { url: path = "/", method, headers } = incoming;
    relay.seen.push({ path, headers, body });
    // The Host header names the tenant, because it issues tokens for its own name.
    const onward = { ...headers, host: new URL(relay.target).host };
    const outgoing = request(new URL(path, relay.target), { method, headers: onward }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    outgoing.on("error", () => response.destroy()).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const relay: Relay = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    target: "",
    seen: [],
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
  return relay;
}
