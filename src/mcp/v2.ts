import { createHmac, randomBytes, randomUUID } from "node:crypto";
import {
  type CallToolResult,
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  createRequestStateCodec,
  inputRequired,
  inputResponse,
  type ListToolsResult,
  ProtocolError,
  Server,
  type ServerContext,
} from "@modelcontextprotocol/server";
import { withTrace } from "../log/trace.ts";
import { AskAgain, type Consent, type Question, type ToolContext } from "../tools/define.ts";
import type { Registry } from "../tools/registry.ts";
import { NAME, VERSION } from "../version.ts";
import { CONSENT_FORM, CONSENT_TTL_SECONDS, canAsk, createUsedConsents, readConsent } from "./ask.ts";

const ANSWER_KEY = "consent";

/** The tools stay the same for the life of a process; five minutes let a restart with other settings show. */
const LIST_TTL_MS = 300_000;

/** What a question remembers while the client carries it: which write it was for, and a name to be used up. */
interface Asked {
  readonly write: string;
  readonly nonce: string;
}

type State = Asked | "expired";

/**
 * Makes servers for revision 2026-07-28, as the SDK's entries want them.
 * @param key signs the state that clients carry; random when there is none.
 */
export function createV2Factory(registry: Registry, key: string | undefined): () => Server {
  const secret = key ?? randomBytes(32).toString("hex");
  const used = createUsedConsents();
  const codec = createRequestStateCodec<Asked>({
    key: secret,
    ttlSeconds: CONSENT_TTL_SECONDS,
    bind: (ctx) => `${ctx.mcpReq.method}\0${principalOf(ctx)}`,
  });
  // Keyed, because the client can read the state: a bare digest would let it guess at what was hashed.
  const nameWrite = ({ binding }: Question) =>
    createHmac("sha256", secret).update(binding).digest("base64url");

  /** An expired state is a normal end of a question; any other bad one is refused by the SDK as the protocol says. */
  async function verify(state: string, ctx: ServerContext): Promise<State> {
    try {
      return await codec.verify(state, ctx);
    } catch (error) {
      if (error instanceof Error && error.message === "expired") return "expired";
      throw error;
    }
  }

  async function ask(question: Question, ctx: ServerContext): Promise<Consent> {
    if (!canAsk(envelopeOf(ctx)[CLIENT_CAPABILITIES_META_KEY])) return "unavailable";
    const state = ctx.mcpReq.requestState<State>();
    const answer = inputResponse(ctx.mcpReq.inputResponses, ANSWER_KEY);
    // Without our signature an answer is only a claim.
    if (state === undefined || answer.kind !== "elicit") throw new AskAgain(question);
    if (state === "expired") return "expired";
    if (state.write !== nameWrite(question)) return "mismatched";
    const consent = readConsent(answer);
    // A no uses the question up as well: it cannot be turned into a yes afterwards.
    const first = used.use(state.nonce);
    return consent !== "accepted" || first ? consent : "replayed";
  }

  return () => {
    const server = new Server(
      { name: NAME, version: VERSION },
      {
        capabilities: { tools: {} },
        instructions: registry.instructions,
        cacheHints: { "tools/list": { ttlMs: LIST_TTL_MS }, "server/discover": { ttlMs: LIST_TTL_MS } },
        requestState: { verify },
      },
    );
    server.setRequestHandler("tools/list", () => ({ tools: registry.list() }) as unknown as ListToolsResult);
    server.setRequestHandler("tools/call", async ({ params }, ctx) => {
      try {
        const context = createContext(ctx, ask);
        const result = await withTrace(ctx.mcpReq._meta?.traceparent, () =>
          registry.call(params.name, params.arguments, context),
        );
        if (!result) throw new ProtocolError(-32602, `Unknown tool: ${params.name}`);
        return result as unknown as CallToolResult;
      } catch (error) {
        if (!(error instanceof AskAgain)) throw error;
        const { question } = error;
        return inputRequired({
          inputRequests: {
            [ANSWER_KEY]: inputRequired.elicit({ message: question.message, requestedSchema: CONSENT_FORM }),
          },
          requestState: await codec.mint({ write: nameWrite(question), nonce: randomUUID() }, ctx),
        });
      }
    });
    return server;
  };
}

function createContext(
  ctx: ServerContext,
  ask: (question: Question, ctx: ServerContext) => Promise<Consent>,
): ToolContext {
  const client = envelopeOf(ctx)[CLIENT_INFO_META_KEY] as { name: string; version: string } | undefined;
  const progressToken = ctx.mcpReq._meta?.progressToken;
  return {
    signal: ctx.mcpReq.signal,
    principal: principalOf(ctx),
    client: client && `${client.name}/${client.version}`,
    progress(update) {
      if (progressToken === undefined) return;
      // Progress that cannot be told must not fail the work.
      ctx.mcpReq
        .notify({ method: "notifications/progress", params: { progressToken, ...update } })
        .catch(() => undefined);
    },
    ask: (question) => ask(question, ctx),
  };
}

function principalOf(ctx: ServerContext): string {
  return ctx.http?.authInfo?.clientId ?? "local";
}

/** What the client says about itself with each request; the SDK's type of it has no members. */
function envelopeOf(ctx: ServerContext): Readonly<Record<string, unknown>> {
  return (ctx.mcpReq.envelope ?? {}) as Readonly<Record<string, unknown>>;
}
