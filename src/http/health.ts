import type { IncomingMessage, ServerResponse } from "node:http";
import type { Gate } from "./gate.ts";

/** Rejects when the server cannot do its work. Quick, and never a call to C1. */
export type Check = () => Promise<unknown>;

/** Answers probes; true when it did. They come by address and without a token, so nothing else is asked of them. */
export function createHealth(
  gate: Gate,
  checks: Readonly<Record<string, Check>>,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  async function findFailing(): Promise<string[]> {
    const failed = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        try {
          await check();
          return [];
        } catch {
          return [name];
        }
      }),
    );
    return [...(gate.phase === "serving" ? [] : ["draining"]), ...failed.flat()];
  }

  return async (request, response) => {
    const path = request.url?.split("?", 1)[0];
    if (path !== "/healthz" && path !== "/readyz") return false;
    if (request.method !== "GET" && request.method !== "HEAD") return false;
    const failing = path === "/healthz" ? [] : await findFailing();
    const body = failing.length > 0 ? { status: "not ready", failing } : { status: "ok" };
    response.writeHead(failing.length > 0 ? 503 : 200, {
      "content-type": "application/json",
      "cache-control": "no-store",
    });
    response.end(request.method === "HEAD" ? undefined : JSON.stringify(body));
    return true;
  };
}
