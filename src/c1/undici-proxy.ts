import type { Dispatcher } from "undici";
import openTunnel from "undici/lib/api/api-connect.js";
import EnvHttpProxyAgent from "undici/lib/dispatcher/env-http-proxy-agent.js";
import Pool from "undici/lib/dispatcher/pool.js";

/* Imported only if a proxy is used. The package's index, which gives every dispatcher the method `connect`, is twelve times as large. */

/** undici takes these for something that passes, and connects again at once, thousands of times a second. */
const ENDLESS = new Set(["UND_ERR_SOCKET", "UND_ERR_INFO"]);

/** Opens the connections through one of the proxies. A proxy that closes them without a response is given up. */
export function openProxyAgent(options: Omit<EnvHttpProxyAgent.Options, "clientFactory">): Dispatcher {
  return new EnvHttpProxyAgent({
    ...options,
    clientFactory(origin, poolOptions) {
      const pool = new Pool(origin, poolOptions);
      return Object.assign(pool, {
        async connect(target: Dispatcher.ConnectOptions) {
          return openTunnel.call(pool, target).catch((cause: Error & { code?: string }) => {
            if (!ENDLESS.has(cause.code ?? "")) throw cause;
            throw Object.assign(new Error("the proxy closed the connection", { cause }), {
              code: "ECONNRESET",
            });
          });
        },
      });
    },
  });
}
