import { PassThrough } from "node:stream";
import { type Arguments, parseCommandLine } from "../../src/cli/args.ts";
import type { TerminalAsker } from "../../src/cli/ask-terminal.ts";
import { runDoctor } from "../../src/cli/doctor.ts";
import { runInitCommand } from "../../src/cli/init.ts";
import { createPrinter, type Printer } from "../../src/cli/output.ts";
import { run } from "../../src/cli/run.ts";
import { TOOLS } from "../../src/tools/index.ts";
import { listTools } from "../../src/tools/listing.ts";
import { captureStderr } from "./capture-stderr.ts";
import type { Outcome } from "./rig.ts";
import { MAIN } from "./spawn.ts";
import { callOf, HELLO, startStdio } from "./stdio-session.ts";

/*
 * The commands in the process of the test, with the same variables as `spawnServer` gives: a process of its own takes ten times as
 * long, and is needed only where the test is about it.
 */

/** Otherwise a constant of the build. */
Object.assign(globalThis, { __TOOL_LISTINGS__: listTools(TOOLS) });
const { createRuntime } = await import("../../src/cli/runtime.ts");
const { runHttp } = await import("../../src/cli/http.ts");

type Environment = Readonly<Record<string, string>>;

export interface Printed {
  readonly code: number;
  /** Complete lines. */
  readonly stdout: readonly string[];
  readonly stderr: readonly string[];
}

/** Runs `doctor` or `init` as the built server would, at no terminal or with somebody who answers there. */
export async function runHere(
  line: readonly string[],
  env: Environment,
  asker?: TerminalAsker,
): Promise<Printed> {
  const stream = new PassThrough().setEncoding("utf8");
  let text = "";
  stream.on("data", (chunk: string) => {
    text += chunk;
  });
  const stderr = captureStderr();
  const before = { script: process.argv[1] ?? "", home: process.env.HOME };
  process.argv[1] = MAIN;
  try {
    const whole = wholeOf(env);
    process.env.HOME = whole.HOME;
    const code = await runLine(line, whole, createPrinter(stream, whole), asker);
    return { code, stdout: text.split("\n").slice(0, -1), stderr: stderr.lines };
  } finally {
    process.argv[1] = before.script;
    if (before.home === undefined) delete process.env.HOME;
    else process.env.HOME = before.home;
    stderr.restore();
  }
}

async function runLine(
  line: readonly string[],
  env: Environment,
  printer: Printer,
  asker: TerminalAsker | undefined,
): Promise<number> {
  const never = new AbortController().signal;
  const args = parseCommandLine(line);
  if ("problems" in args) return run(line, env, never);
  return args.command === "init"
    ? runInitCommand(args, env, printer, asker)
    : runDoctor(args, env, never, printer);
}

/** A session over stdio. */
export interface SessionHere {
  call(tool: string, args: object): Promise<Outcome>;
}

/** How to end what runs; only one at a time can have stderr. */
let end: (() => Promise<void>) | undefined;

export async function endHere(): Promise<void> {
  await end?.();
  end = undefined;
}

/** A server over HTTP. */
export interface ServerHere {
  /** Complete lines. */
  readonly stderr: readonly string[];
  readonly exit: Promise<number>;
}

/** Serves on a free port by default, until `endHere`. */
export function serveHere(env: Environment, port = 0): ServerHere {
  const stderr = captureStderr();
  const stop = new AbortController();
  const nowhere = createPrinter(new PassThrough().resume(), env);
  const exit = runHttp(argumentsOf(["http", "--port", String(port)]), wholeOf(env), stop.signal, nowhere);
  end = async () => {
    stop.abort();
    await exit.finally(stderr.restore);
  };
  return { stderr: stderr.lines, exit };
}

export async function openSession(env: Environment): Promise<SessionHere> {
  const stderr = captureStderr();
  end = async () => stderr.restore();
  const { registry, close } = await createRuntime(argumentsOf(["stdio"]), wholeOf(env));
  const session = startStdio(registry);
  end = async () => {
    await session.finish();
    await close();
    stderr.restore();
  };
  session.send(HELLO);
  let id = 0;
  return {
    call: async (tool, args) => {
      id += 1;
      session.send(callOf(id, tool, args));
      return outcomeOf(await session.replyTo(id));
    },
  };
}

function outcomeOf({
  result,
  error,
}: Awaited<ReturnType<ReturnType<typeof startStdio>["replyTo"]>>): Outcome {
  if (!result) throw new Error(`the call failed in the protocol: ${error?.message}`);
  const [first] = result.content as { text: string }[];
  const value = (result.structuredContent ?? {}) as Record<string, unknown>;
  return { isError: result.isError === true, text: first?.text ?? "", value };
}

function argumentsOf(line: readonly string[]): Arguments {
  const args = parseCommandLine(line);
  if ("problems" in args) throw new Error(args.problems.join("\n"));
  return args;
}

function wholeOf(env: Environment): Environment {
  const { PATH = "", HOME = "" } = process.env;
  return { PATH, HOME, ...env };
}
