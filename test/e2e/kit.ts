import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { ROOT } from "../support/sources.ts";

/** The built server. */
export const MAIN = join(ROOT, "dist", "main.js");

/** Something that is not available here, such as a package without a network. The check is skipped and does not fail. */
export class Missing extends Error {}

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A process that keeps running. */
export interface Running {
  readonly process: ChildProcess;
  /** Its output so far. */
  readonly output: { stdout: string; stderr: string };
  /** Waits until its output matches. */
  seen(stream: "stdout" | "stderr", pattern: RegExp): Promise<RegExpMatchArray>;
  stop(): Promise<void>;
}

/** Tools of a check: a folder of its own, Node 24, and programs installed on demand. */
export interface Kit {
  readonly folder: string;
  /** Path of Node 24 or newer. */
  node(): Promise<string>;
  /** Installs a version of a package, once. Returns the folder that contains `node_modules`. */
  install(name: string, version: string): Promise<string>;
  /** Environment of a client that has never run before: Node 24 first in PATH, an empty HOME, loopback only. */
  cleanEnv(name: string): Promise<Record<string, string>>;
  run(command: string, args: readonly string[], options?: RunOptions): Promise<Ended>;
  start(command: string, args: readonly string[], options?: RunOptions): Running;
  /** Ends the remaining processes, each by its own id, and removes the folder. */
  close(): Promise<void>;
}

export interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly timeoutMs?: number;
}

const INSTALL_TIMEOUT_MS = 300_000;

export async function createKit(): Promise<Kit> {
  const folder = await mkdtemp(join(tmpdir(), "c1-e2e-"));
  const running = new Set<Running>();
  const installed = new Map<string, Promise<string>>();
  let node: Promise<string> | undefined;

  const start: Kit["start"] = (command, args, { env, cwd = folder } = {}) => {
    const child = spawn(command, args, { cwd, env: env ?? { ...process.env }, stdio: "pipe" });
    const output = { stdout: "", stderr: "" };
    child.stdin.on("error", () => undefined);
    for (const stream of ["stdout", "stderr"] as const) {
      child[stream].setEncoding("utf8").on("data", (text: string) => {
        output[stream] += text;
      });
    }
    const self: Running = {
      process: child,
      output,
      async seen(stream, pattern) {
        const giveUpAt = Date.now() + 20_000;
        for (;;) {
          const match = output[stream].match(pattern);
          if (match) return match;
          if (Date.now() > giveUpAt) throw new Error(`${command} never wrote ${pattern}: ${tail(output)}`);
          await new Promise((resolve) => setTimeout(resolve, 20));
        }
      },
      async stop() {
        running.delete(self);
        if (child.exitCode !== null || child.signalCode !== null) return;
        const closed = once(child, "close");
        child.kill("SIGTERM");
        const timer = setTimeout(() => child.kill("SIGKILL"), 3_000);
        await closed;
        clearTimeout(timer);
      },
    };
    running.add(self);
    child.on("error", (error) => {
      output.stderr += error.message;
    });
    child.on("close", () => running.delete(self));
    return self;
  };

  const run: Kit["run"] = async (command, args, options = {}) => {
    const child = start(command, args, options);
    child.process.stdin?.end();
    const timer = setTimeout(() => child.process.kill("SIGKILL"), options.timeoutMs ?? 60_000);
    const [code] = (await Promise.race([
      once(child.process, "close"),
      once(child.process, "error").then(([error]) => Promise.reject(error)),
    ])) as [number | null];
    clearTimeout(timer);
    return { code, ...child.output };
  };

  const install: Kit["install"] = (name, version) => {
    const spec = `${name}@${version}`;
    const known = installed.get(spec);
    if (known) return known;
    const prefix = join(folder, "packages", spec.replaceAll(/[^a-z0-9.]+/gi, "-"));
    const installing = (async () => {
      await mkdir(prefix, { recursive: true });
      const args = ["install", "--prefix", prefix, "--no-audit", "--no-fund", "--loglevel=error", spec];
      const { code, stderr } = await run("npm", args, { cwd: prefix, timeoutMs: INSTALL_TIMEOUT_MS });
      if (code !== 0) throw new Missing(`${spec} cannot be installed: ${firstLine(stderr)}`);
      return prefix;
    })();
    installed.set(spec, installing);
    return installing;
  };

  async function findNode(): Promise<string> {
    if (Number(process.versions.node.split(".", 1)[0]) >= 24) return process.execPath;
    const path = join(await install("node", "24"), "node_modules", ".bin", "node");
    const { code, stdout } = await run(path, ["--version"]).catch(() => ({ code: 1, stdout: "" }));
    if (code !== 0 || !stdout.startsWith("v24.")) throw new Missing("Node 24 cannot be had here");
    return path;
  }

  const findNodeOnce = (): Promise<string> => {
    node ??= findNode();
    return node;
  };

  return {
    folder,
    node: findNodeOnce,
    install,
    async cleanEnv(name) {
      const home = join(folder, "homes", name);
      await mkdir(home, { recursive: true });
      const path = [dirname(await findNodeOnce()), "/usr/local/bin", "/usr/bin", "/bin"].join(delimiter);
      // Requests to other machines go to a port on which nobody listens.
      const nowhere = "http://127.0.0.1:9";
      const proxy = { HTTP_PROXY: nowhere, HTTPS_PROXY: nowhere, NO_PROXY: "127.0.0.1,localhost" };
      return { PATH: path, HOME: home, TMPDIR: home, ...proxy };
    },
    run,
    start,
    async close() {
      await Promise.all([...running].map((child) => child.stop()));
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

/** Starts the server over HTTP on a sandbox tenant. Returns its address. */
export async function startHttp(kit: Kit, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const clean = await kit.cleanEnv("server");
  const args = [MAIN, "http", "--sandbox", "--port", "0"];
  const server = kit.start(await kit.node(), args, { env: { ...clean, ...env } });
  const [, url] = await server.seen("stderr", /"url":"([^"]+)"/);
  return url ?? "";
}

export function check(condition: unknown, what: string, detail: unknown = ""): asserts condition {
  if (condition) return;
  const shown = typeof detail === "string" ? detail : JSON.stringify(detail);
  throw new Error(`${what}${shown ? `: ${shown.slice(0, 1_500)}` : ""}`);
}

function firstLine(text: string): string {
  return text.trim().split("\n", 1)[0] ?? "";
}

function tail({ stdout, stderr }: { stdout: string; stderr: string }): string {
  return `${stdout}\n${stderr}`.trim().slice(-800);
}
