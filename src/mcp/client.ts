import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { ElicitRequestSchema } from "@modelcontextprotocol/sdk/types.js";
import { NAME, VERSION } from "../version.ts";

/** The result of a call as a client's model sees it. */
export interface ToolAnswer {
  readonly isError: boolean;
  readonly text: string;
  readonly value: Readonly<Record<string, unknown>>;
}

/** A link that the server asks the client to show to a person. */
export interface Link {
  readonly url: string;
  readonly message: string;
}

export interface ClientSession {
  readonly tools: readonly string[];
  call(tool: string, args: Readonly<Record<string, unknown>>): Promise<ToolAnswer>;
  close(): Promise<void>;
}

/**
 * Starts a server as a child process and opens an MCP session with it over stdio, as a desktop client does.
 * @param env variables of the server, in addition to the few that every process needs.
 * @param onLog receives each line that the server writes to stderr.
 * @param onLink acts as the person who gets a link; when it resolves, the link counts as opened.
 */
export async function openSession(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  onLog: (line: string) => void,
  onLink: (link: Link) => Promise<void>,
): Promise<ClientSession> {
  const transport = new StdioClientTransport({
    command,
    args: [...args],
    env: { ...getDefaultEnvironment(), ...env },
    stderr: "pipe",
  });
  let rest = "";
  transport.stderr?.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString("utf8")).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) onLog(line);
  });
  const client = new Client(
    { name: `${NAME}-demo`, version: VERSION },
    { capabilities: { elicitation: { url: {} } } },
  );
  client.setRequestHandler(ElicitRequestSchema, async ({ params }) => {
    if (params.mode !== "url") return { action: "cancel" };
    await onLink(params);
    return { action: "accept" };
  });
  await client.connect(transport);
  const { tools } = await client.listTools();
  return {
    tools: tools.map(({ name }) => name),
    async call(tool, callArgs) {
      const result = await client.callTool({ name: tool, arguments: callArgs });
      const [first] = result.content as { type: string; text?: string }[];
      return {
        isError: result.isError === true,
        text: first?.text ?? "",
        value: (result.structuredContent ?? {}) as Record<string, unknown>,
      };
    },
    close: () => client.close(),
  };
}
