import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { Registry } from "../tools/registry.ts";
import type { ConsentOptions } from "./consent-options.ts";
import type { Pipe } from "./pipe.ts";
import type { SignalOf } from "./requests.ts";
import { createV2Factory } from "./v2.ts";

/** Serves revision 2026-07-28 on the pipe; closing that closes the server. */
export async function serveV2(
  registry: Registry,
  pipe: Pipe,
  { stateKey, uses }: ConsentOptions,
  signalOf: SignalOf,
): Promise<void> {
  serveStdio(createV2Factory(registry, { key: await stateKey?.(), uses }, signalOf), {
    legacy: "reject",
    transport: pipe,
  });
}
