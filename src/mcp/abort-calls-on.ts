import type { Registry } from "../tools/registry.ts";

/**
 * Wraps the registry so that its calls are aborted by their caller or by `over`, whichever comes first. In the 2025 era a call
 * outlives its connection, so closing that does not end it. Not `AbortSignal.any`: on Node 20 each call would leave a few dozen
 * bytes on `over` forever.
 */
export function abortCallsOn(
  over: AbortSignal,
  { instructions, list, call, openPendingWaits }: Registry,
): Registry {
  return {
    instructions,
    list,
    // A look ends by itself within seconds.
    openPendingWaits,
    async call(name, args, context) {
      const controller = new AbortController();
      const sources = [context.signal, over];
      const abort = () => controller.abort(sources.find(({ aborted }) => aborted)?.reason);
      for (const source of sources) source.addEventListener("abort", abort);
      if (sources.some(({ aborted }) => aborted)) abort();
      try {
        return await call(name, args, { ...context, signal: controller.signal });
      } finally {
        for (const source of sources) source.removeEventListener("abort", abort);
      }
    },
  };
}
