import { followServed } from "../log/served.ts";
import type { RunningRegistry } from "../tools/registry.ts";
import type { Telemetry } from "./open.ts";

/**
 * Wraps the registry so that each call has a span, as has everything else that this process serves from now on.
 * @param open called with the first of them; returns undefined if there is no export after all.
 */
export function traceRegistry(
  registry: RunningRegistry,
  open: () => Promise<Telemetry | undefined>,
): { readonly registry: RunningRegistry; close(): Promise<void> } {
  let opened: Promise<Telemetry | undefined> | undefined;
  const openOnce = () => {
    opened ??= open();
    return opened;
  };
  followServed({
    followMethod: async (name, work) => (await openOnce())?.followMethod(name, work) ?? work(),
    followRequest: async (request, work) => (await openOnce())?.followRequest(request, work) ?? work(),
  });
  const known = new Set(registry.list().map(({ name }) => name));
  return {
    registry: {
      ...registry,
      async call(name, args, context) {
        const telemetry = await openOnce();
        const work = () => registry.call(name, args, context);
        return telemetry ? telemetry.traceCall(known.has(name) ? name : undefined, work) : work();
      },
      async settled() {
        // A first call that still waits for this counts as running.
        await opened;
        await registry.settled();
      },
    },
    async close() {
      followServed(undefined);
      await (await opened)?.close();
    },
  };
}
