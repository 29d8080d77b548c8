import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type { Outcome } from "./rig.ts";
import { ROOT } from "./sources.ts";
import { until } from "./until.ts";

/** Longest wait for a reply. Generous, because other work on the machine must not decide a test. */
const PATIENCE_MS = 30_000;

/** The built server: `npm run build` must have run. */
export const MAIN = join(ROOT, "dist", "main.js");

export interface Reply {
  readonly result?: { readonly [key: string]: unknown };
  readonly error?: { readonly code: number; readonly message: string };
}

/** A running process of the built server, and what it has written so far. */
export interface Spawned {
  readonly pid: number;
  /** Complete lines. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
  /** Exit code, or the signal that ended it. */
  readonly exit: Promise<number | string | null>;
  /** Writes to stdin: an object as one line of JSON, a text as it is. */
  send(...input: readonly (object | string)[]): void;
  /** Sends a JSON-RPC request and returns the reply. */
  request(method: string, params?: object): Promise<Reply>;
  initialize(): Promise<Reply>;
  call(tool: string, args: unknown): Promise<Outcome>;
  endInput(): void;
  closeOutput(): void;
  readHeld(): void;
  kill(signal: NodeJS.Signals): void;
}

export interface SpawnOptions {
  /** Node's own options. */
  readonly nodeArgs?: readonly string[];
  /** The server's entry point, if it is another one than dist/main.js. */
  readonly main?: string;
  readonly cwd?: string;
  /** Largest file that the process may write, in blocks of 512 bytes; needs a shell. */
  readonly fileSizeLimit?: number;
  /** An output that is not read before `readHeld`. */
  readonly hold?: "stdout" | "stderr";
}

const running = new Set<Spawned>();

/** Ends the remaining processes of this test file, each by its own id. */
export async function killSpawned(): Promise<void> {
  await Promise.all(
    [...running].map((process) => {
      process.kill("SIGKILL");
      return process.exit;
    }),
  );
}

/** Starts the built server with PATH, HOME and the given variables only. */
export function spawnServer(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
  { nodeArgs = [], main = MAIN, cwd, fileSizeLimit, hold }: SpawnOptions = {},
): Spawned {
  const { PATH = "", HOME = "" } = process.env;
  const node = [process.execPath, ...nodeArgs, main, ...args];
  const limited = ["/bin/sh", "-c", `ulimit -f ${fileSizeLimit}; exec "$0" "$@"`, ...node];
  const [command = "", ...rest] = fileSizeLimit === undefined ? node : limited;
  const child = spawn(command, rest, { cwd, env: { PATH, HOME, ...env } });
  // Writing to a process that has ended is part of some tests.
  child.stdin.on("error", () => undefined);
  const replies = createReplies();
  const stdout = collectLines(child.stdout, replies.read);
  const stderr = collectLines(child.stderr);
  if (hold !== undefined) child[hold].pause();
  const exit = new Promise<number | string | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => {
      running.delete(spawned);
      resolve(code ?? signal);
    });
  });
  let ids = 0;
  const spawned: Spawned = {
    pid: child.pid ?? 0,
    stdout,
    stderr,
    exit,
    send(...input) {
      for (const part of input)
        child.stdin.write(typeof part === "string" ? part : `${JSON.stringify(part)}\n`);
    },
    request(method, params = {}) {
      ids += 1;
      const id = `r${ids}`;
      const reply = replies.wait(id, method);
      spawned.send({ jsonrpc: "2.0", id, method, params });
      return reply;
    },
    async initialize() {
      const reply = await spawned.request("initialize", INITIALIZE_PARAMS);
      spawned.send({ jsonrpc: "2.0", method: "notifications/initialized" });
      return reply;
    },
    async call(tool, args) {
      const { result, error } = await spawned.request("tools/call", { name: tool, arguments: args });
      if (!result) throw new Error(`the call failed in the protocol: ${error?.message}`);
      const [first] = result.content as { text: string }[];
      const value = (result.structuredContent ?? {}) as Record<string, unknown>;
      return { isError: result.isError === true, text: first?.text ?? "", value };
    },
    endInput: () => void child.stdin.end(),
    closeOutput: () => void child.stdout.destroy(),
    readHeld: () => void (hold !== undefined && child[hold].resume()),
    kill: (signal) => void child.kill(signal),
  };
  running.add(spawned);
  return spawned;
}

export const INITIALIZE_PARAMS = {
  protocolVersion: "2025-06-18",
  capabilities: {},
  clientInfo: { name: "spawn-test", version: "1" },
};

/** Parses every line as a JSON-RPC message. Throws if one is not. */
export function parseMessages(lines: readonly string[]): ({ id?: unknown } & Reply)[] {
  return lines.map((line) => {
    const message = JSON.parse(line) as Record<string, unknown>;
    if (message.jsonrpc !== "2.0") throw new Error(`not JSON-RPC: ${line}`);
    if (!("method" in message || "result" in message || "error" in message))
      throw new Error(`neither request nor response: ${line}`);
    return message;
  });
}

/** Reads the address that `http` listens on from its log. */
export async function listeningAt(server: Pick<Spawned, "stderr">): Promise<string> {
  let url: string | undefined;
  await until("the address", () => {
    url = server.stderr.map((line) => (JSON.parse(line) as { url?: string }).url).find(Boolean);
    return url !== undefined;
  });
  return url ?? "";
}

/** Passes each reply on when its line arrives: polling for hundreds of concurrent calls would cost more than the calls. */
function createReplies() {
  const waiting = new Map<string, (line: string) => void>();
  return {
    read(line: string): void {
      for (const [, id = ""] of line.matchAll(/"id":"(r\d+)"/g)) waiting.get(id)?.(line);
    },
    wait: (id: string, method: string) =>
      new Promise<Reply>((resolve, reject) => {
        const giveUp = () => reject(new Error(`never came about: a reply to ${method}`));
        const timer = setTimeout(giveUp, PATIENCE_MS);
        waiting.set(id, (line) => {
          clearTimeout(timer);
          waiting.delete(id);
          resolve(JSON.parse(line) as Reply);
        });
      }),
  };
}

function collectLines(stream: Readable, read: (line: string) => void = () => undefined): string[] {
  const lines: string[] = [];
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
    parts.forEach(read);
  });
  stream.on("end", () => {
    // Includes an incomplete last line.
    if (rest !== "") lines.push(rest);
  });
  return lines;
}
