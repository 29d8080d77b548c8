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
  // One listener for all calls, because an `AbortSignal` goes through its list to add or remove one.
  const running = new Set<AbortController>();
  const abortAll = () => {
    for (const controller of running) controller.abort(over.reason);
  };
  return {
    instructions,
    list,
    // A look ends by itself within seconds.
    openPendingWaits,
    async call(name, args, context) {
      const controller = new AbortController();
      const { signal } = context;
      const abort = () => controller.abort(signal.reason);
      if (running.size === 0) over.addEventListener("abort", abortAll);
      running.add(controller);
      signal.addEventListener("abort", abort);
      if (signal.aborted) abort();
      else if (over.aborted) controller.abort(over.reason);
      try {
        return await call(name, args, { ...context, signal: controller.signal });
      } finally {
        signal.removeEventListener("abort", abort);
        running.delete(controller);
        if (running.size === 0) over.removeEventListener("abort", abortAll);
      }
    },
  };
}
