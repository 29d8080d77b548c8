import { setMaxListeners } from "node:events";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { refuseStopping } from "./refuse-stopping.ts";

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
  connect(socket: Socket): void;
  admit(response: ServerResponse): void;
  /**
   * Closes the connections without a request in progress. Node does not count all of them as idle: not one that has not brought a
   * request yet, nor one that brought half of the next head, or half of a body that was not waited for.
   */
  closeUnused(): void;
  /** Aborts running calls, and answers requests that have not arrived completely, so that none of them ran. */
  endCalls(): void;
}

export function createGate(): Gate {
  const responses = new Set<ServerResponse>();
  const connections = new Set<Socket>();
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
    endCalls() {
      over.abort();
      for (const response of responses)
        if (!response.req.complete && !response.headersSent) refuseStopping(response);
    },
    enter(next) {
      phase = next;
      for (const response of responses) endWith(response);
    },
    connect(socket) {
      connections.add(socket);
      socket.once("close", () => connections.delete(socket));
    },
    closeUnused() {
      const used = new Set([...responses].map(({ req }) => req.socket));
      for (const socket of connections) if (!used.has(socket)) socket.destroy();
    },
    admit(response) {
      responses.add(response);
      response.once("close", () => responses.delete(response));
      if (phase !== "serving") endWith(response);
    },
  };
}
