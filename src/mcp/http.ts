import { withTrace } from "../log/trace.ts";
import type { ToolContext } from "../tools/context.ts";
import type { Registry } from "../tools/registry.ts";
import { findFaultOfBatch } from "./batch.ts";
import { buildError } from "./build-error.ts";
import type { AuthorizedCaller } from "./caller.ts";
import type { ConsentOptions } from "./consent-options.ts";
import { hasTooManyValues, readOuterId, TOO_MANY_VALUES } from "./message-size.ts";
import { openTasks } from "./open-tasks.ts";
import { asRequest, type Given, type JsonAnswer, type RequestHead } from "./serve.ts";
import type { RunCall } from "./single-calls.ts";
import { eraOfUsualCall, type UsualCall } from "./usual-call.ts";
import type { V2 } from "./v2-http.ts";
import { findCall, hideTools, writersIn } from "./writers.ts";

/** @param text the body; it is never read from the head. */
export type McpFetch = (
  head: RequestHead,
  text: string,
  caller?: AuthorizedCaller,
) => Promise<Response | JsonAnswer>;

export interface McpFetchOptions extends ConsentOptions {
  /** False gives every call a server of its own behind the SDK's transport, so that a test can compare both. */
  readonly isShared?: boolean;
}

/**
 * MCP over Streamable HTTP as one fetch-shaped function for both eras, each with its SDK loaded on first use. Stateless: no
 * session, so that replicas need no stickiness and restarts lose nothing. Usual calls share a server, which keeps nothing of them;
 * every other request has its own. Expects a POST whose Host, Origin and caller have been checked.
 */
export function createMcpFetch(registry: Registry, options: McpFetchOptions = {}): McpFetch {
  const { isShared = true, ...consent } = options;
  /** Keyed by the names of the tools that are hidden from the caller, like the next. */
  const modern = new Map<string, Promise<V2>>();
  const legacyCalls = new Map<string, Promise<RunCall>>();
  const tasks = openTasks(consent);
  const openV2 = async (view: Registry) => {
    const { openV2: open } = await import("./v2-http.ts");
    return open(view, { key: await consent.stateKey?.(), uses: consent.uses, tasks });
  };
  return async (head, text, caller) => {
    if (hasTooManyValues(text)) return answerError(413, -32600, TOO_MANY_VALUES, readOuterId(text));
    const body = parseBody(text);
    if (body === undefined) return answerError(400, -32700, "Parse error: the body must be JSON");
    const fault = findFaultOfBatch(body);
    if (fault !== undefined) return answerError(400, -32600, `Invalid request: ${fault}; none was started`);
    const hidden = new Set([...writersIn(registry)].filter((tool) => caller?.mayCall(tool) === false));
    const refused = findCall(body, hidden);
    if (caller && refused) {
      // The tool refuses it, too; called only so that the attempt leaves its audit record.
      await registry.call(refused.name, refused.args, contextOf(caller));
      return caller.refuse(refused.name);
    }
    const view = hideTools(registry, hidden);
    const given: Given = {
      ...(caller && { authInfo: describeCaller(caller) }),
      parsedBody: body,
    };
    const headers = head.plain ?? head.headers;
    return withTrace(headers.get("traceparent"), async () => {
      const key = [...hidden].join();
      const request = asRequest(head);
      const usual = isShared ? eraOfUsualCall(headers, body) : undefined;
      if (usual === "v1") {
        const run = await openOnce(legacyCalls, key, () => openLegacyCalls(view));
        return run(body as UsualCall, given, head);
      }
      const openModern = () => openOnce(modern, key, () => openV2(view));
      if (usual === "v2") return (await openModern()).runUsual(body as UsualCall, given, head);
      const { isLegacyRequest } = await import("./v2-http.ts");
      if (await isLegacyRequest(request, body)) return serveLegacy(view, request, given);
      return (await openModern()).serve(request, given);
    });
  };
}

function contextOf(caller: AuthorizedCaller): ToolContext {
  const { signal } = new AbortController();
  return {
    signal,
    principal: caller.name,
    caller,
    progress: () => undefined,
    ask: async () => "unavailable",
  };
}

function describeCaller(caller: AuthorizedCaller): NonNullable<Given["authInfo"]> {
  return { token: "", clientId: caller.name, scopes: [...caller.scopes], extra: { caller } };
}

async function openLegacyCalls(registry: Registry): Promise<RunCall> {
  return (await import("./v1-calls.ts")).openV1Calls(registry);
}

async function serveLegacy(registry: Registry, request: Request, given: Given): Promise<Response> {
  const [{ serveV1 }, { WebStandardStreamableHTTPServerTransport }] = await Promise.all([
    import("./v1.ts"),
    import("@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"),
  ]);
  // Only callers who asked for progress get a stream; everyone else gets one JSON body.
  const transport = new WebStandardStreamableHTTPServerTransport({
    enableJsonResponse: !wantsProgress(given.parsedBody),
  });
  await serveV1(registry, transport);
  return transport.handleRequest(request, given);
}

/** Opens once. A failed attempt is not cached, so that a key that could not be read is read again. */
function openOnce<Key, T>(opened: Map<Key, Promise<T>>, key: Key, open: () => Promise<T>): Promise<T> {
  const known = opened.get(key);
  if (known) return known;
  const opening = open();
  opened.set(key, opening);
  opening.catch(() => opened.delete(key));
  return opening;
}

function wantsProgress(body: unknown): boolean {
  const messages = (Array.isArray(body) ? body : [body]) as ({ params?: { _meta?: object } } | null)[];
  return messages.some((message) => message?.params?._meta && "progressToken" in message.params._meta);
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function answerError(status: number, ...error: Parameters<typeof buildError>): Response {
  return Response.json(buildError(...error), { status });
}
