import type { Secret } from "../config/credential.ts";
import { withTrace } from "../log/trace.ts";
import type { Registry } from "../tools/registry.ts";
import { findFaultOfBatch } from "./batch.ts";
import { hasTooManyValues, readOuterId, TOO_MANY_VALUES } from "./message-size.ts";
import { callsWriter, insufficientScope, readersView, WRITE_SCOPE } from "./scopes.ts";

/** Who calls, as the HTTP front found out before it passed the request on. */
export interface Caller {
  readonly authInfo?: {
    /** Always empty: the token that came in stays in front. */
    readonly token: string;
    readonly clientId: string;
    readonly scopes: readonly string[];
    /** Where a caller reads how to get a token that may do more. */
    readonly resourceMetadataUrl?: string;
  };
}

/** @param head of the request, whose body is given as text: nobody reads that from it. */
export type McpFetch = (head: Request, text: string, caller?: Caller) => Promise<Response>;

/** The entry of an SDK, which takes the body parsed. */
export type Serve = (head: Request, options: Caller & { readonly parsedBody: unknown }) => Promise<Response>;

/**
 * MCP over Streamable HTTP as one fetch-shaped function, for both eras, each with its SDK loaded on first use. Stateless: a
 * server for each request, no session, so that replicas and restarts need no care. Expects a POST whose Host, Origin and
 * caller have been checked.
 * @param stateKey signs the state that clients of the 2026 era carry.
 */
export function createMcpFetch(registry: Registry, stateKey?: Secret): McpFetch {
  const modern = new Map<"all" | "readers", Promise<Serve>>();
  return async (head, text, caller) => {
    if (hasTooManyValues(text)) return refuse(413, -32600, TOO_MANY_VALUES, readOuterId(text));
    const { createV2Fetch, isLegacyRequest } = await import("./v2-http.ts");
    const body = parseBody(text);
    if (body === undefined) return refuse(400, -32700, "Parse error: the body must be JSON");
    const fault = findFaultOfBatch(body);
    if (fault !== undefined) return refuse(400, -32600, `Invalid request: ${fault}; none was started`);
    const mayWrite = caller?.authInfo?.scopes.includes(WRITE_SCOPE) ?? true;
    if (!mayWrite && callsWriter(body, registry))
      return insufficientScope(caller?.authInfo?.resourceMetadataUrl);
    const view = mayWrite ? registry : readersView(registry);
    return withTrace(head.headers.get("traceparent"), async () => {
      if (await isLegacyRequest(head, body)) return serveLegacy(view, head, body, caller);
      const serve = await openOnce(modern, mayWrite ? "all" : "readers", async () =>
        createV2Fetch(view, await stateKey?.()),
      );
      return serve(head, { ...caller, parsedBody: body });
    });
  };
}

async function serveLegacy(
  registry: Registry,
  head: Request,
  body: unknown,
  caller: Caller | undefined,
): Promise<Response> {
  const [{ serveV1 }, { WebStandardStreamableHTTPServerTransport }] = await Promise.all([
    import("./v1.ts"),
    import("@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js"),
  ]);
  // A stream only for who asked for progress; everyone else gets one JSON body.
  const transport = new WebStandardStreamableHTTPServerTransport({
    enableJsonResponse: !wantsProgress(body),
  });
  await serveV1(registry, transport);
  // The SDK types the scopes as an array to be changed.
  return (transport.handleRequest as Serve).call(transport, head, { ...caller, parsedBody: body });
}

/** Kept once it has worked: a key that could not be read is read again. */
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

function refuse(status: number, code: number, message: string, id: string | number | null = null): Response {
  return Response.json({ jsonrpc: "2.0", id, error: { code, message } }, { status });
}
