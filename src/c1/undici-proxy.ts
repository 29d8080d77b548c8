import { type Dispatcher, EnvHttpProxyAgent, Pool } from "undici";

/*
 * Imported only if a proxy is used. Needs the whole package, because only its index gives the agents the method that opens a
 * tunnel.
 */

/** undici takes these for something that passes, and connects again at once, thousands of times a second. */
const ENDLESS = new Set(["UND_ERR_SOCKET", "UND_ERR_INFO"]);

/** Opens the connections through one of the proxies. A proxy that closes them without a response is given up. */
export function openProxyAgent(options: Omit<EnvHttpProxyAgent.Options, "clientFactory">): Dispatcher {
  return new EnvHttpProxyAgent({
    ...options,
    clientFactory(origin, poolOptions) {
      const pool = new Pool(origin, poolOptions);
      const connect = pool.connect.bind(pool) as (options: Dispatcher.ConnectOptions) => Promise<unknown>;
      return Object.assign(pool, {
        async connect(target: Dispatcher.ConnectOptions) {
          return connect(target).catch((cause: Error & { code?: string }) => {
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
