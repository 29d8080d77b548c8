import type { Transport } from "@modelcontextprotocol/server";
import { serveStdio } from "@modelcontextprotocol/server/stdio";
import { config } from "zod/v4/core";
import type { Secret } from "../config/credential.ts";
import type { Registry } from "../tools/registry.ts";
import type { Pipe } from "./pipe.ts";
import type { SignalOf } from "./requests.ts";
import { createV2Factory } from "./v2.ts";

/** Serves revision 2026-07-28 on the pipe; closing that closes the server. */
export async function serveV2(
  registry: Registry,
  pipe: Pipe,
  stateKey: Secret | undefined,
  signalOf: SignalOf,
): Promise<void> {
  // zod would compile the SDK's schemas at their first use: work that a session of a person seldom gets back.
  config({ jitless: true });
  serveStdio(createV2Factory(registry, await stateKey?.(), signalOf), {
    legacy: "reject",
    transport: pipe as unknown as Transport,
  });
}
