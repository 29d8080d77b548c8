import type { Transport } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { config } from "zod/v4/core";
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
  // Otherwise zod compiles the SDK's schemas on first use, which costs more time than a desktop session ever saves by it.
  config({ jitless: true });
  serveStdio(createV2Factory(registry, { key: await stateKey?.(), uses }, signalOf), {
    legacy: "reject",
    // The SDK's `onmessage` is generic in the message, which no class of our own can declare to fit both SDKs.
    transport: pipe as unknown as Transport,
  });
}
