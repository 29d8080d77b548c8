import { Agent, request } from "node:http";
import { type Era, headersOf, writeRequest } from "./eras.ts";
import { onLines, type Running, start } from "./processes.ts";
import type { Arrival } from "./stdio-client.ts";

/** The bearer token of all callers. */
const HTTP_TOKEN = "bench-caller-token";

/** Limits that the bench never reaches, and a free port. */
export const HTTP_ENV = {
  C1_MCP_PORT: "0",
  C1_MCP_HTTP_TOKEN: HTTP_TOKEN,
  C1_MCP_RATE_LIMIT: "0",
  C1_MCP_MAX_CONCURRENT: "10000",
};

export interface HttpServer {
  readonly process: Running;
  readonly url: string;
}

/** Starts a server that logs its address as a line of JSON on stderr. */
export async function startHttp(
  command: readonly [string, ...string[]],
  env: Readonly<Record<string, string>>,
): Promise<HttpServer> {
  const running = start(command, { env });
  const url = new Promise<string>((resolve, reject) => {
    onLines(running.child.stderr, (line) => {
      const { url } = readLine(line);
      if (url !== undefined) resolve(url);
    });
    const fail = () => reject(new Error(`${command.join(" ")} ended:\n${running.stderr.join("\n")}`));
    running.ended.then(fail, fail);
  });
  return { process: running, url: await url };
}

/** Ends a server that does not exit when its stdin is closed. */
export async function endHttp({ process: running }: HttpServer): Promise<void> {
  running.child.kill("SIGTERM");
  await running.end();
}

/** A kept-alive connection that carries one request at a time. */
export class Poster {
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  readonly #url: URL;

  constructor(url: string) {
    this.#url = new URL(url);
  }

  /** Sends a request. Returns the response and when it was complete; any status but 200 is an error. */
  post(headers: Record<string, string>, body: string, path = this.#url.pathname): Promise<Arrival> {
    const { hostname, port } = this.#url;
    const length = { "content-length": String(Buffer.byteLength(body)) };
    return new Promise((resolve, reject) => {
      const outgoing = request(
        { agent: this.#agent, hostname, port, path, method: "POST", headers: { ...headers, ...length } },
        (answer) => {
          const chunks: Buffer[] = [];
          answer.on("data", (chunk: Buffer) => chunks.push(chunk));
          answer.on("error", reject);
          answer.on("end", () => {
            const at = performance.now();
            const text = Buffer.concat(chunks).toString("utf8");
            if (answer.statusCode === 200) resolve({ text, at });
            else reject(new Error(`HTTP ${answer.statusCode}: ${text.slice(0, 300)}`));
          });
        },
      );
      outgoing.on("error", reject).end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }
}

/** Headers and body of a tool call over HTTP. */
export function writeCall(
  era: Era,
  id: number,
  tool: string,
  args: object,
): { headers: Record<string, string>; body: string } {
  return {
    headers: { ...headersOf(era, "tools/call", tool), authorization: `Bearer ${HTTP_TOKEN}` },
    body: writeRequest(era, id, "tools/call", { name: tool, arguments: args }),
  };
}

function readLine(line: string): { url?: string } {
  try {
    return JSON.parse(line) as { url?: string };
  } catch {
    return {};
  }
}
