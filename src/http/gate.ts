import { setMaxListeners } from "node:events";
import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

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
  /** Closes the connections that have not brought a request yet, which Node does not count as idle. */
  closeUnused(): void;
  endCalls(): void;
}

export function createGate(): Gate {
  const responses = new Set<ServerResponse>();
  const unused = new Set<Socket>();
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
    connect(socket) {
      unused.add(socket);
      socket.once("close", () => unused.delete(socket));
    },
    closeUnused() {
      for (const socket of unused) socket.destroy();
    },
    admit(response) {
      unused.delete(response.req.socket);
      responses.add(response);
      response.once("close", () => responses.delete(response));
      if (phase !== "serving") endWith(response);
    },
  };
}
