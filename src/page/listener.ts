import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "../log/logger.ts";
import { servePage } from "./mount.ts";
import type { PageAnswer, PageRequest, Site } from "./ports.ts";

/** How long the last answer can still be fetched, with its style sheet, in milliseconds. */
const LINGER_MS = 60_000;

/** A whole visit has few requests. */
const MAX_CONNECTIONS = 50;

/**
 * The page over stdio: a listener on loopback, on a free port, that is there only while something is asked for.
 * @param handle answers its requests.
 */
export function createListener(handle: (request: PageRequest) => Promise<PageAnswer>, logger: Logger): Site {
  let opening: Promise<{ readonly server: Server; readonly base: string }> | undefined;
  let lingering: NodeJS.Timeout | undefined;

  async function listen() {
    const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5_000 });
    server.maxConnections = MAX_CONNECTIONS;
    server.on("request", (request, response) => {
      servePage(request, response, handle).catch((error: unknown) => {
        logger.debug({ err: error }, "the browser went away");
        response.destroy();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    // The session ends with its pipe, whatever is asked for.
    server.unref();
    return { server, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/page/` };
  }

  return {
    async open() {
      clearTimeout(lingering);
      opening ??= listen();
      // Tried again the next time: a port that could not be had may be free then.
      opening.catch(() => {
        opening = undefined;
      });
      return (await opening).base;
    },
    close() {
      clearTimeout(lingering);
      lingering = setTimeout(() => {
        void opening?.then(({ server }) => {
          server.close();
          server.closeAllConnections();
        });
        opening = undefined;
      }, LINGER_MS);
      lingering.unref();
    },
  };
}
