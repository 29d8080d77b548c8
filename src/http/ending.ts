import type { Registry } from "../tools/registry.ts";

/**
 * The registry with calls that are aborted by their caller or by `over`, whichever comes first: in the 2025 era a call
 * outlives its connection, so that the end of the server must reach it by another way. `AbortSignal.any` would leave a few
 * dozen bytes of each call on `over` for ever (Node 20).
 */
export function endingWith(over: AbortSignal, { instructions, list, call }: Registry): Registry {
  return {
    instructions,
    list,
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
