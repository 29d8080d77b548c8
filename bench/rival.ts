import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type NodeIncomingMessageLike, toNodeHandler } from "@modelcontextprotocol/node";
import { McpServer as ServerV1 } from "@modelcontextprotocol/sdk/server/mcp.js";
import { StreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/streamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import { createMcpHandler, McpServer as ServerV2 } from "@modelcontextprotocol/server";
import { z } from "zod";

/*
 * The baseline for HTTP: the SDKs' own stateless servers, written as in their examples, with one tool that sends the same request
 * to the same upstream by `fetch` and answers with the same rows. Deliberately lighter than our server: no authentication, no log,
 * no redaction, no limits and no retries.
 */

const [, , kind = "v1"] = process.argv;
const { UPSTREAM = "", UPSTREAM_PATH = "" } = process.env;

const TOOL = "find_apps";
const config = {
  description: "Find apps by name or description.",
  inputSchema: z.strictObject({
    query: z.string().max(2_048).optional(),
    limit: z.number().int().min(1).max(50).optional(),
    cursor: z.string().max(4_096).optional(),
  }),
};

interface AppAnswer {
  readonly list?: readonly { id: string; displayName?: string; description?: string }[];
}

async function findApps({ query, limit = 10 }: { query?: string | undefined; limit?: number | undefined }) {
  const response = await fetch(`${UPSTREAM}${UPSTREAM_PATH}`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: "Bearer bench-token" },
    body: JSON.stringify({ query, pageSize: limit }),
  });
  if (!response.ok) throw new Error(`HTTP ${response.status}`);
  const { list = [] } = (await response.json()) as AppAnswer;
  const items = list.map(({ id, displayName, description }) => ({ id, displayName, description }));
  return {
    content: [{ type: "text" as const, text: JSON.stringify({ items }) }],
    structuredContent: { items },
  };
}

async function serveV1(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const server = new ServerV1({ name: "rival", version: "1.0.0" });
  server.registerTool(TOOL, config, findApps);
  const transport = new StreamableHTTPServerTransport({ enableJsonResponse: true });
  response.on("close", () => {
    void transport.close();
    void server.close();
  });
  await server.connect(transport as Transport);
  await transport.handleRequest(request, response);
}

function createV2(): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const handler = createMcpHandler(() => {
    const server = new ServerV2({ name: "rival", version: "1.0.0" });
    server.registerTool(TOOL, config, findApps);
    return server;
  });
  const handle = toNodeHandler(handler);
  return (request, response) => handle(request as unknown as NodeIncomingMessageLike, response);
}

const serve = kind === "v2" ? createV2() : serveV1;
const server = createServer((request, response) => {
  serve(request, response).catch(() => response.destroy());
});
server.listen(0, "127.0.0.1", () => {
  const { port } = server.address() as AddressInfo;
  process.stderr.write(`${JSON.stringify({ url: `http://127.0.0.1:${port}/mcp` })}\n`);
});
