import type { ServerResponse } from "node:http";

/**
 * How a server stops: "leaving" still takes requests, but says so to load balancers; "refusing" answers new ones with a 503
 * that promises nothing was run; "closed" takes no connection any more.
 */
export type Phase = "serving" | "leaving" | "refusing" | "closed";

/** Knows which requests are under way and whether more may come in. */
export interface Gate {
  readonly phase: Phase;
  readonly running: number;
  /** From "leaving" on, every connection ends with the answer it carries. */
  enter(phase: Phase): void;
  admit(response: ServerResponse): void;
}

export function createGate(): Gate {
  const responses = new Set<ServerResponse>();
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
