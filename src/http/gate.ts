import { setMaxListeners } from "node:events";
import type { ServerResponse } from "node:http";

/**
 * The phases of stopping: "leaving" still accepts requests but tells load balancers to go elsewhere; "refusing" answers new
 * requests with a 503 that guarantees nothing was run; "closed" accepts no connections.
 */
export type Phase = "serving" | "leaving" | "refusing" | "closed";

/** Tracks the requests in progress, and whether new ones are accepted. */
export interface Gate {
  readonly phase: Phase;
  readonly running: number;
  /** Aborted when the time granted to running calls is up. */
  readonly over: AbortSignal;
  /** From "leaving" on, every connection closes after its current response. */
  enter(phase: Phase): void;
  admit(response: ServerResponse): void;
  endCalls(): void;
}

export function createGate(): Gate {
  const responses = new Set<ServerResponse>();
  const over = new AbortController();
  // Every running call adds a listener.
  setMaxListeners(0, over.signal);
  let phase: Phase = "serving";
  const endWith = (response: ServerResponse) => {
    if (!response.headersSent) response.shouldKeepAlive = false;
  };
  return {
    get phase() {
      return phase;
    },
    get running() {
      return responses.size;
    },
    over: over.signal,
    endCalls: () => over.abort(),
    enter(next) {
      phase = next;
      for (const response of responses) endWith(response);
    },
    admit(response) {
      responses.add(response);
      response.once("close", () => responses.delete(response));
      if (phase !== "serving") endWith(response);
    },
  };
}
