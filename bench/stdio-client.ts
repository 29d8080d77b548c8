import { type Era, INITIALIZED, OPENING, writeRequest } from "./eras.ts";
import { onLines, type Running, type StartOptions, start } from "./processes.ts";

/** A response, and when it arrived. */
export interface Arrival {
  readonly text: string;
  readonly at: number;
}

export interface StdioClient {
  readonly server: Running;
  /** @param of the era of this request, if it differs from that of the session. */
  request(method: string, params: object, of?: Era): Promise<Arrival>;
  end(): Promise<void>;
}

/** When the responses to the first two requests arrived, in milliseconds since the start of the process. */
export interface Opened {
  readonly openingMs: number;
  readonly listMs: number;
  readonly list: string;
}

const PATIENCE_MS = 60_000;

/** Starts a server on stdio and sends nothing yet. */
export function connectStdio(
  command: readonly [string, ...string[]],
  era: Era,
  options: StartOptions = {},
): StdioClient {
  const server = start(command, options);
  const waiting = new Map<number, { resolve: (arrival: Arrival) => void; reject: (error: Error) => void }>();
  let last = 0;
  onLines(server.child.stdout, (text, at) => {
    const { id, method } = readHead(text);
    // Ignores the server's own requests and notifications.
    if (id === undefined || method !== undefined) return;
    waiting.get(id)?.resolve({ text, at });
    waiting.delete(id);
  });
  const fail = () => {
    const error = new Error(`${command.join(" ")} ended:\n${server.stderr.join("\n")}`);
    for (const { reject } of waiting.values()) reject(error);
  };
  server.ended.then(fail, fail);
  return {
    server,
    request(method, params, of = era) {
      last += 1;
      const id = last;
      const answer = new Promise<Arrival>((resolve, reject) => waiting.set(id, { resolve, reject }));
      server.child.stdin.write(`${writeRequest(of, id, method, params)}\n`);
      return answer;
    },
    end: () => server.end(),
  };
}

/** Opens a session and lists the tools, as every client does. */
export async function open(client: StdioClient, era: Era): Promise<Opened> {
  const { server } = client;
  const { method, params } = OPENING[era];
  const opening = await within(client.request(method, params), method);
  if (era === "2025") server.child.stdin.write(`${JSON.stringify(INITIALIZED)}\n`);
  const list = await within(client.request("tools/list", {}), "tools/list");
  if (!list.text.includes('"tools":')) throw new Error(`no list of tools: ${list.text.slice(0, 300)}`);
  return {
    openingMs: opening.at - server.startedAt,
    listMs: list.at - server.startedAt,
    list: list.text,
  };
}

/** A time limit, because another product may never answer. */
async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer to ${what} within a minute`)), PATIENCE_MS);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

function readHead(text: string): { id?: number; method?: string } {
  try {
    return JSON.parse(text) as { id?: number; method?: string };
  } catch {
    // Some servers print a greeting to stdout.
    return {};
  }
}
