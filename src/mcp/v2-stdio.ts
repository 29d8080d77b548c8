import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { Registry } from "../tools/registry.ts";
import type { ConsentOptions } from "./consent-options.ts";
import { openTasks } from "./open-tasks.ts";
import type { Message, Pipe } from "./pipe.ts";
import { refuseListen } from "./refuse-listen.ts";
import type { SignalOf } from "./requests.ts";
import { createV2Factory } from "./v2.ts";

/** Serves revision 2026-07-28 on the pipe; closing that closes the server. */
export async function serveV2(
  registry: Registry,
  pipe: Pipe,
  consent: ConsentOptions,
  signalOf: SignalOf,
): Promise<void> {
  const { stateKey, uses } = consent;
  const options = { key: await stateKey?.(), uses, tasks: openTasks(consent) };
  const createServer = createV2Factory(registry, options);
  serveStdio(() => createServer({ signalOf }), {
    legacy: "reject",
    transport: pipe,
  });
  const { onmessage } = pipe;
  pipe.onmessage = (message) => {
    const refused = refuseListen(message);
    if (refused) void pipe.send(refused as Message);
    else onmessage?.(message);
  };
}
