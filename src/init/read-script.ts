import { existsSync, realpathSync } from "node:fs";
import { NAME } from "../version.ts";

/** How an entry starts this server. */
export interface OwnStart {
  /** The script that Node runs; undefined if the program's own command starts it. */
  readonly script: string | undefined;
  /** Options of Node before the script. */
  readonly options: readonly string[];
  /** The server's own arguments. */
  readonly words: readonly string[];
}

/** What an entry starts: this server, a program that may be anything, or none. */
export type Start = OwnStart | "another program" | "no program";

const MAIN = /(?:^|[\\/])main\.js$/;

/** Reads from an entry's command and arguments whether it starts this server. */
export function readScript(command: string, args: readonly string[]): Start {
  if (command === "") return "no program";
  const name = command
    .split(/[\\/]/)
    .at(-1)
    ?.replace(/\.(?:exe|cmd|ps1)$/i, "");
  if (name === NAME) return { script: undefined, options: [], words: args };
  if (name !== "node" && name !== "nodejs") return "another program";
  // Options of Node come before the script; some have their values in an argument of their own.
  const main = args.findIndex((argument) => MAIN.test(argument));
  const at = main === -1 ? 0 : main;
  const script = args[at] ?? "";
  return main !== -1 || isOurs(script)
    ? { script, options: args.slice(0, at), words: args.slice(at + 1) }
    : "another program";
}

/** How an entry starts this server; undefined if it does not, or if only a script's name would tell. */
export function readOwnStart(command: string, args: readonly string[]): OwnStart | undefined {
  const start = readScript(command, args);
  return typeof start === "object" && (start.script === undefined || MAIN.test(start.script))
    ? start
    : undefined;
}

/** Whether a script that Node starts may be this program. A missing one cannot be looked at, and no server comes of it. */
function isOurs(script: string): boolean {
  return !script.startsWith("-") && (!existsSync(script) || isMainScript(script));
}

/** Whether a path leads to a script that is named as this program's is. */
export function isMainScript(path: string): boolean {
  return existsSync(path) && MAIN.test(realpathSync(path));
}

/** The script of the running program, with links resolved. */
export function ownScript(): string {
  return realpathSync(process.argv[1] ?? "");
}
