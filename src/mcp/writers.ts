import type { Registry } from "../tools/registry.ts";

/** Names of the listed tools that write. A tool that is switched off is not listed; calling it explains why. */
export function writersIn(registry: Registry): Set<string> {
  const writers = registry.list().filter(({ annotations }) => !annotations.readOnlyHint);
  return new Set(writers.map(({ name }) => name));
}

/** The registry without these tools, for callers who may not call them. */
export function hideTools(registry: Registry, hidden: ReadonlySet<string>): Registry {
  if (hidden.size === 0) return registry;
  return {
    instructions: registry.instructions,
    list: () => registry.list().filter(({ name }) => !hidden.has(name)),
    call: async (name, args, context) => (hidden.has(name) ? undefined : registry.call(name, args, context)),
    async openPendingWaits() {
      const pendingWaits = await registry.openPendingWaits();
      return {
        ...pendingWaits,
        serves: (pending) => !hidden.has(pending.tool) && pendingWaits.serves(pending),
      };
    },
  };
}

/** The first call of one of these tools by a message, or by any message of a batch. */
export function findCall(
  body: unknown,
  tools: ReadonlySet<string>,
): { readonly name: string; readonly args: unknown } | undefined {
  const messages = (Array.isArray(body) ? body : [body]) as ({ method?: unknown; params?: object } | null)[];
  for (const message of messages) {
    const { name, arguments: args } = (message?.params ?? {}) as { name?: unknown; arguments?: unknown };
    if (message?.method === "tools/call" && typeof name === "string" && tools.has(name))
      return { name, args };
  }
  return undefined;
}
