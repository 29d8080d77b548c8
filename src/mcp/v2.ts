import {
  CLIENT_INFO_META_KEY,
  inputRequired,
  type ListToolsResult,
  ProtocolError,
  Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { withTrace } from "../log/trace.ts";
import type { Uses } from "../shared/port.ts";
import { AskAgain, type Question, type ToolContext } from "../tools/define.ts";
import type { Registry } from "../tools/registry.ts";
import { NAME, VERSION } from "../version.ts";
import { ANSWER_KEY, CONSENT_FORM } from "./ask.ts";
import { LIST_TTL_MS } from "./prepared.ts";
import type { SignalOf } from "./requests.ts";
import type { Consents } from "./v2-consent.ts";
import { callerOf, envelopeOf, principalOf } from "./v2-context.ts";

/**
 * Makes servers for revision 2026-07-28, as the SDK's entry points expect them.
 * @param consent the key that signs the state which clients carry (random when there is none), and who remembers used ones.
 * @param signalOf where the transport does the cancelling itself.
 */
export function createV2Factory(
  registry: Registry,
  consent: { readonly key: string | undefined; readonly uses: Uses | undefined },
  signalOf?: SignalOf,
): () => Server {
  let opened: Promise<Consents> | undefined;
  const consents = () => {
    opened ??= import("./v2-consent.ts").then(({ createConsents }) =>
      createConsents(consent.key, consent.uses),
    );
    return opened;
  };

  return () => {
    const server = new Server(
      { name: NAME, version: VERSION },
      {
        capabilities: { tools: {} },
        instructions: registry.instructions,
        cacheHints: { "tools/list": { ttlMs: LIST_TTL_MS }, "server/discover": { ttlMs: LIST_TTL_MS } },
        requestState: { verify: async (state, ctx) => (await consents()).verify(state, ctx) },
      },
    );
    server.setRequestHandler("tools/list", () => ({ tools: registry.list() }) as ListToolsResult);
    server.setRequestHandler("tools/call", async ({ params }, ctx) => {
      try {
        const signal = signalOf?.(ctx.mcpReq.id) ?? ctx.mcpReq.signal;
        // Imported with the first call: listing tools has no need of it.
        const { describeClient } = await import("./describe-client.ts");
        const client = describeClient(envelopeOf(ctx)[CLIENT_INFO_META_KEY]);
        const context = { ...createContext(ctx, signal, consents), client };
        const result = await withTrace(ctx.mcpReq._meta?.traceparent, () =>
          registry.call(params.name, params.arguments, context),
        );
        if (!result) throw new ProtocolError(-32602, `Unknown tool: ${params.name}`);
        return result;
      } catch (error) {
        if (!(error instanceof AskAgain)) throw error;
        return askClient(error.question, ctx, await consents());
      }
    });
    return server;
  };
}

async function askClient(question: Question, ctx: ServerContext, consents: Consents) {
  const { message } = question;
  return inputRequired({
    inputRequests: { [ANSWER_KEY]: inputRequired.elicit({ message, requestedSchema: CONSENT_FORM }) },
    requestState: await consents.stateOf(question, ctx),
  });
}

function createContext(
  ctx: ServerContext,
  signal: AbortSignal,
  consents: () => Promise<Consents>,
): ToolContext {
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
    ask: async (question) => (await consents()).answerTo(question, ctx),
  };
}
