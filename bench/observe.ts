import { once } from "node:events";
import { createServer, request as sendOn } from "node:http";
import type { AddressInfo } from "node:net";
import { type Sandbox, startSandbox } from "../src/sandbox/start.ts";
import { findFault } from "./eras.ts";
import { connectStdio, open, type StdioClient } from "./stdio-client.ts";

/** One request from the server to the API, and the response. */
export interface Exchange {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  readonly answer: string;
}

/** A tool call, and its requests to the API, without those for tokens. */
export interface Observed {
  readonly exchanges: readonly Exchange[];
  readonly text: string;
}

export interface Observatory {
  /** The whole response to `tools/list`. */
  readonly list: string;
  call(tool: string, args: object): Promise<Observed>;
  close(): Promise<void>;
}

/** The built server on a sandbox tenant, with a record of all requests between them. */
export async function openObservatory(main: string): Promise<Observatory> {
  const sandbox = await startSandbox();
  const exchanges: Exchange[] = [];
  const { url, close } = await startRecorder(sandbox.serverUrl, (exchange) => exchanges.push(exchange));
  const client = connectStdio([process.execPath, main, "stdio"], "2025", {
    env: { ...credentialsFor(sandbox, url), C1_MCP_SECRET_GITHUB: "00-bench-token" },
  });
  const { list } = await open(client, "2025");
  return {
    list,
    call: (tool, args) => observe(client, exchanges, tool, args),
    async close() {
      await client.end();
      close();
      await sandbox.close();
    },
  };
}

/** @param url replaces the sandbox's own address. */
export function credentialsFor(
  { clientId, clientSecret, serverUrl }: Pick<Sandbox, "clientId" | "clientSecret" | "serverUrl">,
  url = serverUrl,
): Record<string, string> {
  return {
    CONDUCTORONE_SERVER_URL: url,
    CONDUCTORONE_CLIENT_ID: clientId,
    CONDUCTORONE_CLIENT_SECRET: clientSecret,
  };
}

async function observe(
  client: StdioClient,
  exchanges: Exchange[],
  name: string,
  args: object,
): Promise<Observed> {
  exchanges.length = 0;
  const { text } = await client.request("tools/call", { name, arguments: args });
  const fault = findFault(text);
  if (fault !== undefined) throw new Error(`${name}: ${fault}`);
  return { exchanges: exchanges.filter(({ path }) => path !== "/auth/v1/token"), text };
}

async function startRecorder(target: string, keep: (exchange: Exchange) => void) {
  const server = createServer(async (incoming, response) => {
    const { url: path = "/", method = "GET", headers } = incoming;
    const body = await readText(incoming);
    // The Host header names the tenant, because it issues tokens for its own name.
    const onward = { method, headers: { ...headers, host: new URL(target).host } };
    const outgoing = sendOn(new URL(path, target), onward, async (answered) => {
      const answer = await readText(answered);
      keep({ method, path, body, answer });
      response.writeHead(answered.statusCode ?? 502, answered.headers).end(answer);
    });
    outgoing.on("error", () => response.destroy()).end(body);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function readText(stream: NodeJS.ReadableStream): Promise<string> {
  stream.setEncoding("utf8");
  let text = "";
  for await (const chunk of stream) text += chunk;
  return text;
}
