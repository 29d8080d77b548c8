import type { Registry } from "../tools/registry.ts";
import type { ConsentOptions } from "./consent-options.ts";
import { type Era, type Message, Pipe } from "./pipe.ts";
import { createPrepared } from "./prepared.ts";
import type { Requests } from "./requests.ts";

/** One protocol era on our pipe. */
interface Lane {
  readonly pipe: Pipe;
  readonly ready: Promise<unknown>;
}

export interface Lanes {
  /**
   * Answers a message of the usual form, or passes it to the SDK of its era. Rejects if that cannot be loaded; the next message
   * tries again.
   */
  deliver(era: Era, message: Message): Promise<void>;
  /** Loads the SDK of an era. */
  open(era: Era): Promise<unknown>;
  close(): Promise<void>;
}

export interface LanesOptions {
  readonly registry: Registry;
  readonly requests: Requests;
  readonly consent: ConsentOptions;
  /** Sends an SDK's messages to the client. */
  readonly write: (message: object) => void;
  /** False lets the SDKs answer everything, so that a test can compare both. */
  readonly isPrepared: boolean;
}

/** Both eras side by side. Neither SDK is loaded before the first message that needs it. */
export function createLanes(options: LanesOptions): Lanes {
  const { registry, requests, consent, write, isPrepared } = options;
  const lanes: { v1?: Lane; v2?: Lane } = {};
  const prepared = { v1: createPrepared("v1", registry), v2: createPrepared("v2", registry) };
  const serve = {
    v1: async (pipe: Pipe) => (await import("./v1.ts")).serveV1(registry, pipe, requests.signalOf),
    v2: async (pipe: Pipe) =>
      (await import("./v2-stdio.ts")).serveV2(registry, pipe, consent, requests.signalOf),
  };

  function openLane(era: Era): Lane {
    let withhold: (() => void) | undefined;
    const pipe = new Pipe((message) => {
      if (withhold) withhold();
      else if (message.method !== undefined || requests.end(message.id)) write(message);
    });
    const start = async () => {
      (await import("./interpret-schemas.ts")).interpretSchemas();
      await serve[era](pipe);
      for (const message of prepared[era].told) {
        const answered = new Promise<void>((resolve) => {
          withhold = resolve;
        });
        pipe.deliver(message);
        if (message.id !== undefined) await answered;
      }
      withhold = undefined;
    };
    return { pipe, ready: start() };
  }

  async function open(era: Era): Promise<Pipe> {
    lanes[era] ??= openLane(era);
    const { ready, pipe } = lanes[era];
    try {
      await ready;
    } catch (error) {
      delete lanes[era];
      throw error;
    }
    return pipe;
  }

  return {
    async deliver(era, message) {
      const taken = isPrepared && !lanes[era] ? prepared[era].take(message) : undefined;
      if (taken) {
        const { result } = taken;
        if (result && requests.end(message.id)) write({ result, jsonrpc: "2.0", id: message.id });
        return;
      }
      (await open(era)).deliver(message);
    },
    open,
    async close() {
      await Promise.all([lanes.v1?.pipe.close(), lanes.v2?.pipe.close()]);
    },
  };
}
