import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { RequestHandlerExtra } from "@modelcontextprotocol/sdk/shared/protocol.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  type CallToolRequest,
  CallToolRequestSchema,
  ErrorCode,
  ListToolsRequestSchema,
  RequestSchema,
  type ServerNotification,
  type ServerRequest,
} from "@modelcontextprotocol/sdk/types.js";
import type { Caller } from "../caller.ts";
import { withTrace } from "../log/trace.ts";
import type { Consent, Question } from "../tools/ask-person.ts";
import type { ToolContext } from "../tools/context.ts";
import type { Registry } from "../tools/registry.ts";
import type { Visits } from "../tools/visits.ts";
import { NAME, VERSION } from "../version.ts";
import { CONSENT_FORM, canAsk, canVisit, PATIENCE_MS, readConsent, startHeartbeat } from "./ask.ts";
import { explainParams } from "./explain-params.ts";
import type { Pipe } from "./pipe.ts";
import type { SignalOf } from "./requests.ts";
import { AcceptingValidator } from "./validator.ts";

type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>;

/** Deliberately lax: the SDK reports a request that fails this schema as an internal error. It checks the parameters itself. */
const CallSchema = RequestSchema.extend({ method: CallToolRequestSchema.shape.method });

const jsonSchemaValidator = new AcceptingValidator();

/**
 * Serves the revisions 2024-11-05 to 2025-11-25 on the given transport; closing that closes the server.
 * @param signalOf given if the transport handles cancellation itself.
 */
export async function serveV1(
  registry: Registry,
  transport: Pipe | WebStandardStreamableHTTPServerTransport,
  signalOf?: SignalOf,
): Promise<Server> {
  const server = new Server(
    { name: NAME, version: VERSION },
    { capabilities: { tools: {} }, instructions: registry.instructions, jsonSchemaValidator },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => ({ tools: registry.list() }));
  server.setRequestHandler(CallSchema, async (request, extra) => {
    const { params } = request as CallToolRequest;
    const signal = signalOf?.(extra.requestId) ?? extra.signal;
    // Loaded with the first call, because listing tools does not need it.
    const { describeClient } = await import("./describe-client.ts");
    const client = describeClient(server.getClientVersion());
    const told = createContext(server, extra, signal);
    const context = { ...told, client, visits: await openVisits(server, extra.requestId, told) };
    const result = await withTrace(extra._meta?.traceparent, () =>
      registry.call(params.name, params.arguments, context),
    );
    // Not McpError, which puts its code into the message text.
    if (!result) {
      const { describeUnknownTool } = await import("./describe-unknown-tool.ts");
      const message = describeUnknownTool(params.name, registry.list());
      throw Object.assign(new Error(message), { code: ErrorCode.InvalidParams });
    }
    return result;
  });
  const wire: Transport = transport;
  const send = wire.send.bind(wire);
  wire.send = (message, options) => send(explainParams(message), options);
  await server.connect(wire);
  return server;
}

/** Loaded only for clients that show links; most do not. */
async function openVisits(
  server: Server,
  id: Extra["requestId"],
  context: ToolContext,
): Promise<Visits | undefined> {
  if (!canVisit(server.getClientCapabilities())) return undefined;
  return (await import("./v1-visits.ts")).createV1Visits(server, id, context);
}

function createContext(server: Server, extra: Extra, signal: AbortSignal): ToolContext {
  const progressToken = extra._meta?.progressToken;
  const caller = extra.authInfo?.extra?.caller as Caller | undefined;
  const progress: ToolContext["progress"] = (update) => {
    if (progressToken === undefined || signal.aborted) return;
    // Progress that cannot be delivered must not fail the call.
    extra
      .sendNotification({ method: "notifications/progress", params: { progressToken, ...update } })
      .catch(() => undefined);
  };
  return {
    signal,
    principal: caller?.name ?? "local",
    caller,
    progress,
    ask: (question) => ask(server, extra.requestId, question, { signal, progress }),
  };
}

/** Elicitation: the request stays open while the person decides, and progress keeps the client from giving up on it. */
async function ask(
  server: Server,
  relatedRequestId: Extra["requestId"],
  { message }: Question,
  { signal, progress }: Pick<ToolContext, "signal" | "progress">,
): Promise<Consent> {
  if (!canAsk(server.getClientCapabilities())) return "unavailable";
  const endHeartbeat = startHeartbeat(progress, "Waiting for a person's consent");
  try {
    const answer = await server.elicitInput(
      { message, requestedSchema: CONSENT_FORM },
      { timeout: PATIENCE_MS, signal, relatedRequestId },
    );
    return readConsent(answer);
  } catch (error) {
    signal.throwIfAborted();
    return (error as { code?: unknown }).code === ErrorCode.RequestTimeout ? "expired" : "failed";
  } finally {
    endHeartbeat();
  }
}
