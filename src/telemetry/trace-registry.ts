import type { RunningRegistry } from "../tools/registry.ts";
import type { Telemetry } from "./open.ts";

/**
 * Wraps the registry so that each call has a span.
 * @param open called with the first call; returns undefined if there is no export after all.
 */
export function traceRegistry(
  registry: RunningRegistry,
  open: () => Promise<Telemetry | undefined>,
): { readonly registry: RunningRegistry; close(): Promise<void> } {
  let opened: Promise<Telemetry | undefined> | undefined;
  const known = new Set(registry.list().map(({ name }) => name));
  return {
    registry: {
      ...registry,
      async call(name, args, context) {
        opened ??= open();
        const telemetry = await opened;
        const work = () => registry.call(name, args, context);
        return telemetry ? telemetry.traceCall(known.has(name) ? name : undefined, work) : work();
      },
      async settled() {
        // A first call that still waits for this counts as running.
        await opened;
        await registry.settled();
      },
    },
    close: async () => (await opened)?.close(),
  };
}
