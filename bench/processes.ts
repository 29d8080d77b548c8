import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import type { Readable } from "node:stream";

export interface StartOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Starts a process group that ends as a whole, for commands that start others. */
  readonly group?: boolean;
}

export interface Running {
  readonly child: ChildProcessWithoutNullStreams;
  readonly pid: number;
  /** The time of its start, by `performance.now()`. */
  readonly startedAt: number;
  /** The time of its end, by the same clock. */
  readonly ended: Promise<number>;
  /** The last lines of stderr. */
  readonly stderr: string[];
  /** Closes stdin, as clients do, and waits; signals follow if it does not end. */
  end(): Promise<void>;
}

const KEPT_LINES = 40;
const PATIENCE_MS = 3_000;

const all = new Set<Running>();

/** Starts a command with PATH, HOME and the given variables only. */
export function start(command: readonly [string, ...string[]], options: StartOptions = {}): Running {
  const { PATH = "", HOME = "" } = process.env;
  const { env = {}, group = false } = options;
  const [file, ...args] = command;
  const startedAt = performance.now();
  const child = spawn(file, args, { env: { PATH, HOME, ...env }, detached: group });
  const stderr: string[] = [];
  child.stdin.on("error", () => undefined);
  onLines(child.stderr, (line) => {
    if (stderr.push(line) > KEPT_LINES) stderr.shift();
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", () => {
      all.delete(running);
      resolve(performance.now());
    });
  });
  // The error is for those who wait; an unhandled rejection would end the bench.
  ended.catch(() => undefined);
  const signal = (name: NodeJS.Signals) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    if (group) process.kill(-child.pid, name);
    else child.kill(name);
  };
  const running: Running = {
    child,
    pid: child.pid ?? 0,
    startedAt,
    ended,
    stderr,
    async end() {
      child.stdin.end();
      const soft = setTimeout(() => signal("SIGTERM"), PATIENCE_MS);
      const hard = setTimeout(() => signal("SIGKILL"), 2 * PATIENCE_MS);
      await ended.catch(() => undefined);
      clearTimeout(soft);
      clearTimeout(hard);
    },
  };
  all.add(running);
  return running;
}

/** Ends the remaining processes, each by its own id. */
export async function endAll(): Promise<void> {
  await Promise.all([...all].map((running) => running.end()));
}

export function onLines(stream: Readable, take: (line: string, at: number) => void): void {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    const at = performance.now();
    const parts = (rest + chunk).split("\n");
    rest = parts.pop() ?? "";
    for (const part of parts) take(part, at);
  });
}
