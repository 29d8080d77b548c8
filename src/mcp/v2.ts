import {
  type CallToolResult,
  CLIENT_INFO_META_KEY,
  type ListToolsResult,
  PROTOCOL_VERSION_META_KEY,
  ProtocolError,
  Server,
  type ServerContext,
  UnsupportedProtocolVersionError,
} from "@modelcontextprotocol/server";
import { withTrace } from "../log/trace.ts";
import type { Uses } from "../replicas/port.ts";
import type { Tasks } from "../tasks/tasks.ts";
import { AskAgain } from "../tools/ask-person.ts";
import type { ToolContext } from "../tools/context.ts";
import { type Deferral, Deferred } from "../tools/deferral.ts";
import type { Registry } from "../tools/registry.ts";
import type { Visits } from "../tools/visits.ts";
import { NAME, VERSION } from "../version.ts";
import { LIST_TTL_MS, MODERN, MODERN_CAPABILITIES } from "./prepared.ts";
import type { SignalOf } from "./requests.ts";
import { TASK_METHODS, TASK_PARAMS } from "./task-methods.ts";
import type { Asker } from "./v2-asker.ts";
import { callerOf, envelopeOf, principalOf, saysTasks, saysUrl } from "./v2-context.ts";

export interface ServerOptions {
  /** Given if the transport handles cancellation itself. */
  readonly signalOf?: SignalOf;
  /** Given if no entry point of the SDK's tells the server what it serves. */
  readonly revisions?: readonly string[];
}

/**
 * Creates servers for revision 2026-07-28. What clients carry from one may go to another.
 * @param consent the key that signs the state which clients carry (random if undefined), what remembers used states, and
 * the tasks, which are opened on first use.
 */
export function createV2Factory(
  registry: Registry,
  consent: {
    readonly key: string | undefined;
    readonly uses: Uses | undefined;
    readonly tasks: () => Promise<Tasks>;
  },
): (options?: ServerOptions) => Server {
  let opened: Promise<Asker> | undefined;
  const asker = () => {
    opened ??= import("./v2-asker.ts").then(({ createAsker }) => createAsker(consent.key, consent.uses));
    return opened;
  };

  return ({ signalOf, revisions } = {}) => {
    const server = new Server(
      { name: NAME, version: VERSION },
      {
        capabilities: MODERN_CAPABILITIES,
        ...(revisions && { supportedProtocolVersions: [...revisions] }),
        instructions: registry.instructions,
        cacheHints: { "tools/list": { ttlMs: LIST_TTL_MS }, "server/discover": { ttlMs: LIST_TTL_MS } },
        requestState: { verify: async (state, ctx) => (await asker()).verify(state, ctx) },
      },
    );
    // The SDK's type requires mutable lists; it does not modify them.
    server.setRequestHandler("tools/list", () => ({ tools: registry.list() }) as ListToolsResult);
    server.setRequestHandler("tools/call", async ({ params }, ctx) => {
      requireRevision(ctx);
      try {
        const signal = signalOf?.(ctx.mcpReq.id) ?? ctx.mcpReq.signal;
        // Loaded with the first call, because listing tools does not need it.
        const { describeClient } = await import("./describe-client.ts");
        const client = describeClient(envelopeOf(ctx)[CLIENT_INFO_META_KEY]);
        const [visits, deferral] = await Promise.all([visitsOf(ctx, asker), deferralOf(ctx, consent.tasks)]);
        const context = { ...createContext(ctx, signal, asker), client, visits, deferral };
        const result = await withTrace(ctx.mcpReq._meta?.traceparent, () =>
          registry.call(params.name, params.arguments, context),
        );
        if (!result) {
          const { describeUnknownTool } = await import("./describe-unknown-tool.ts");
          throw new ProtocolError(-32602, describeUnknownTool(params.name, registry.list()));
        }
        return result;
      } catch (error) {
        if (error instanceof AskAgain) return (await asker()).askClient(error, ctx);
        // The SDK's type has no tasks; they pass through it as they are.
        if (error instanceof Deferred)
          return (await consent.tasks()).start(error, principalOf(ctx)) as unknown as CallToolResult;
        throw error;
      }
    });
    for (const method of TASK_METHODS) {
      server.setRequestHandler(method, { params: TASK_PARAMS }, async ({ taskId }, ctx) => {
        const [{ answerTask }, tasks] = await Promise.all([import("./v2-tasks.ts"), consent.tasks()]);
        return answerTask(method, taskId, tasks, registry, ctx);
      });
    }
    return server;
  };
}

/** Over stdio, the SDK checks the revision of the first message only. */
function requireRevision(ctx: ServerContext): void {
  const requested = envelopeOf(ctx)[PROTOCOL_VERSION_META_KEY];
  if (requested !== MODERN)
    throw new UnsupportedProtocolVersionError({ supported: [MODERN], requested: String(requested) });
}

/** Loaded only for clients that declare the tasks extension; most do not. */
async function deferralOf(ctx: ServerContext, tasks: () => Promise<Tasks>): Promise<Deferral | undefined> {
  return saysTasks(ctx) ? (await tasks()).deferralFor(principalOf(ctx)) : undefined;
}

/** Loaded only for clients that show links; most do not. */
async function visitsOf(ctx: ServerContext, asker: () => Promise<Asker>): Promise<Visits | undefined> {
  return saysUrl(ctx) ? (await asker()).visitsOf(ctx) : undefined;
}

function createContext(ctx: ServerContext, signal: AbortSignal, asker: () => Promise<Asker>): ToolContext {
  const progressToken = ctx.mcpReq._meta?.progressToken;
  return {
    signal,
    principal: principalOf(ctx),
    caller: callerOf(ctx),
    progress(update) {
      if (progressToken === undefined || signal.aborted) return;
      // Progress that cannot be delivered must not fail the call.
      ctx.mcpReq
        .notify({ method: "notifications/progress", params: { progressToken, ...update } })
        .catch(() => undefined);
    },
    ask: async (question) => (await asker()).answerTo(question, ctx),
  };
}
