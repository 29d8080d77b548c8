import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Logger } from "../log/logger.ts";
import { servePage } from "./mount.ts";
import type { BrowserRequest, PageAnswer, Site } from "./ports.ts";

/**
 * After the last request, in milliseconds: as long as a submitted page reloads itself, and a little longer for a person who
 * reloads it by hand.
 */
const LINGER_MS = 360_000;

/** A complete visit needs only a few requests. */
const MAX_CONNECTIONS = 50;

/**
 * The page over stdio: a listener on a free loopback port that exists only while something is asked for.
 * @param handle handles its requests.
 */
export function createListener(
  handle: (request: BrowserRequest) => Promise<PageAnswer>,
  logger: Logger,
): Site {
  let opening: Promise<{ readonly server: Server; readonly base: string }> | undefined;
  let lingering: NodeJS.Timeout | undefined;

  async function listen() {
    const server = createServer({ headersTimeout: 10_000, requestTimeout: 30_000, keepAliveTimeout: 5_000 });
    server.maxConnections = MAX_CONNECTIONS;
    server.on("request", (request, response) => {
      servePage(request, response, handle).catch((error: unknown) => {
        logger.debug({ err: error }, "the browser disconnected");
        response.destroy();
      });
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    // The process ends with its pipe, even if something is still asked for.
    server.unref();
    return { server, base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/page/` };
  }

  return {
    async open() {
      clearTimeout(lingering);
      opening ??= listen();
      // Tried again next time, because the port may be available then.
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
