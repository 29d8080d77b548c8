import type { Registry } from "../tools/registry.ts";

/** Whether the registry offers any tool that writes. */
export function offersWriters(registry: Registry): boolean {
  return writersIn(registry).size > 0;
}

/** The registry without the tools that write, for callers who may only read. */
export function hideWriters(registry: Registry): Registry {
  return {
    instructions: registry.instructions,
    list: () => registry.list().filter(({ annotations }) => annotations.readOnlyHint),
    call: async (name, args, context) =>
      writersIn(registry).has(name) ? undefined : registry.call(name, args, context),
  };
}

/** Whether a message, or one of a batch, calls a tool that writes. */
export function callsWriter(body: unknown, registry: Registry): boolean {
  const writers = writersIn(registry);
  const messages = (Array.isArray(body) ? body : [body]) as ({ method?: unknown; params?: object } | null)[];
  return messages.some((message) => {
    const name = (message?.params as { name?: unknown } | null | undefined)?.name;
    return message?.method === "tools/call" && typeof name === "string" && writers.has(name);
  });
}

/** Names of the listed tools that write. A tool that is switched off is not listed; it says so itself when called. */
function writersIn(registry: Registry): Set<string> {
  const writers = registry.list().filter(({ annotations }) => !annotations.readOnlyHint);
  return new Set(writers.map(({ name }) => name));
}
