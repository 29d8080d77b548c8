import type { IncomingMessage, ServerResponse } from "node:http";
import type { Gate } from "./gate.ts";
import { pathOf } from "./request-parts.ts";

/** Rejects if the server cannot do its work; resolves to "degraded" if it can for now. Must be fast and must not call C1. */
export type Check = () => Promise<unknown>;

/** Names of the checks that fail or are degraded. */
type State = Readonly<Record<"failing" | "degraded", readonly string[]>>;

/**
 * Answers health probes and returns true if the request was one. Probes use an IP address and no token, so neither host nor token
 * is checked.
 */
export function createHealth(
  gate: Gate,
  checks: Readonly<Record<string, Check>>,
): (request: IncomingMessage, response: ServerResponse) => Promise<boolean> {
  async function judge(): Promise<State> {
    const results = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => {
        try {
          return { name, result: await check() };
        } catch {
          return { name, result: "failing" };
        }
      }),
    );
    const namesOf = (wanted: string) =>
      results.flatMap(({ name, result }) => (result === wanted ? name : []));
    const draining = gate.phase === "serving" ? [] : ["draining"];
    return { failing: [...draining, ...namesOf("failing")], degraded: namesOf("degraded") };
  }

  return async (request, response) => {
    const path = pathOf(request);
    if (path !== "/healthz" && path !== "/readyz") return false;
    if (request.method !== "GET" && request.method !== "HEAD") return false;
    const state = path === "/healthz" ? { failing: [], degraded: [] } : await judge();
    response.writeHead(state.failing.length > 0 ? 503 : 200, {
      "content-type": "application/json",
      "cache-control": "no-store",
    });
    response.end(request.method === "HEAD" ? undefined : JSON.stringify(describe(state)));
    return true;
  };
}

function describe({ failing, degraded }: State): object {
  if (failing.length > 0) {
    return { status: "not ready", failing, ...(degraded.length > 0 && { degraded }) };
  }
  return degraded.length > 0 ? { status: "degraded", degraded } : { status: "ok" };
}
