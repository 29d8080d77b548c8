import type { Registry } from "../tools/registry.ts";
import type { ConsentOptions } from "./consent-options.ts";
import { type Message, Pipe } from "./pipe.ts";
import type { Requests } from "./requests.ts";

/** A generation of the protocol, and the SDK that speaks it. */
export type Era = "v1" | "v2";

/** One protocol era on our pipe. */
interface Lane {
  readonly pipe: Pipe;
  readonly ready: Promise<unknown>;
}

export interface Lanes {
  /** Hands a message to the SDK of an era. Rejects when that cannot be opened; the next message tries again. */
  deliver(era: Era, message: Message): Promise<void>;
  close(): Promise<void>;
}

export interface LanesOptions {
  readonly registry: Registry;
  readonly requests: Requests;
  readonly consent: ConsentOptions;
  /** Sends what an SDK has to say to the client. */
  readonly write: (message: object) => void;
}

/** Both eras side by side. Neither SDK is loaded before its first message. */
export function createLanes({ registry, requests, consent, write }: LanesOptions): Lanes {
  const lanes: { v1?: Lane; v2?: Lane } = {};

  function openLane(serve: (pipe: Pipe) => Promise<unknown>): Lane {
    const pipe = new Pipe((message) => {
      if (message.method !== undefined || requests.end(message.id)) write(message);
    });
    return { pipe, ready: serve(pipe) };
  }

  const open = {
    v1: () => openLane(async (pipe) => (await import("./v1.ts")).serveV1(registry, pipe, requests.signalOf)),
    v2: () =>
      openLane(async (pipe) =>
        (await import("./v2-stdio.ts")).serveV2(registry, pipe, consent, requests.signalOf),
      ),
  };

  return {
    async deliver(era, message) {
      lanes[era] ??= open[era]();
      const { ready, pipe } = lanes[era];
      try {
        await ready;
      } catch (error) {
        delete lanes[era];
        throw error;
      }
      pipe.deliver(message);
    },
    async close() {
      await Promise.all([lanes.v1?.pipe.close(), lanes.v2?.pipe.close()]);
    },
  };
}
