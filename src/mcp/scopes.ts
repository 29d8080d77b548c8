import type { Registry } from "../tools/registry.ts";
import { formatChallenge } from "./challenge.ts";

/** Needed for everything. */
export const READ_SCOPE = "c1:read";

/** Needed beside it for the tools that write. */
export const WRITE_SCOPE = "c1:write";

export const ALL_SCOPES: readonly string[] = [READ_SCOPE, WRITE_SCOPE];

/** The scopes that are of any use on this server: where nothing may be written, none is asked for. */
export function scopesOf(registry: Registry): readonly string[] {
  return writersIn(registry).size > 0 ? ALL_SCOPES : [READ_SCOPE];
}

/** The registry as it is for who may only read: without the tools that write. */
export function readersView(registry: Registry): Registry {
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

/** The answer to that, for who may only read. */
export function insufficientScope(metadataUrl: string | undefined): Response {
  const description = `This tool needs the scope ${WRITE_SCOPE}`;
  const challenge = { error: "insufficient_scope", description, scopes: ALL_SCOPES, metadataUrl } as const;
  return Response.json(
    { jsonrpc: "2.0", id: null, error: { code: -32001, message: `Forbidden: ${description}` } },
    { status: 403, headers: { "www-authenticate": formatChallenge(challenge) } },
  );
}

/** Both follow from a tool's effect; one that is switched off is not listed, and says so itself when it is called. */
function writersIn(registry: Registry): Set<string> {
  const writers = registry.list().filter(({ annotations }) => !annotations.readOnlyHint);
  return new Set(writers.map(({ name }) => name));
}
