import { setMaxListeners } from "node:events";
import type { ServerResponse } from "node:http";

/**
 * How a server stops: "leaving" still takes requests, but says so to load balancers; "refusing" answers new ones with a 503
 * that promises nothing was run; "closed" takes no connection any more.
 */
export type Phase = "serving" | "leaving" | "refusing" | "closed";

/** Tracks the requests that are under way, and whether more may come in. */
export interface Gate {
  readonly phase: Phase;
  readonly running: number;
  /** Aborted when the time given to running calls is up. */
  readonly over: AbortSignal;
  /** From "leaving" on, every connection ends with the answer it carries. */
  enter(phase: Phase): void;
  admit(response: ServerResponse): void;
  endCalls(): void;
}

export function createGate(): Gate {
  const responses = new Set<ServerResponse>();
  const over = new AbortController();
  // It gets one listener per running call.
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
