import { Server } from "@modelcontextprotocol/sdk/server/index.js";
import type { WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js";
import type { Transport } from "@modelcontextprotocol/sdk/shared/transport.js";
import {
  CallToolRequestSchema,
  type CallToolResult,
  ListToolsRequestSchema,
  type ListToolsResult,
} from "@modelcontextprotocol/sdk/types.js";
import { AjvJsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/ajv";
import type { Registry } from "../tools/registry.ts";
import { NAME, VERSION } from "../version.ts";
import type { Pipe } from "./pipe.ts";

// The SDK would otherwise build an Ajv for each server, and stateless HTTP makes a server for each request.
const jsonSchemaValidator = new AjvJsonSchemaValidator();

/** Serves the revisions 2024-11-05 to 2025-11-25 on the transport given; closing that closes the server. */
export async function serveV1(
  registry: Registry,
  transport: Pipe | WebStandardStreamableHTTPServerTransport,
): Promise<Server> {
  const server = new Server(
    { name: NAME, version: VERSION },
    { capabilities: { tools: {} }, instructions: registry.instructions, jsonSchemaValidator },
  );
  server.setRequestHandler(
    ListToolsRequestSchema,
    () => ({ tools: registry.list() }) as unknown as ListToolsResult,
  );
  server.setRequestHandler(CallToolRequestSchema, async ({ params }, extra) => {
    const client = server.getClientVersion();
    const result = await registry.call(params.name, params.arguments, {
      signal: extra.signal,
      principal: extra.authInfo?.clientId ?? "local",
      client: client && `${client.name}/${client.version}`,
    });
    // Not McpError: that puts its code into the message text.
    if (!result) throw Object.assign(new Error(`Unknown tool: ${params.name}`), { code: -32602 });
    return result as unknown as CallToolResult;
  });
  await server.connect(transport as Transport);
  return server;
}
