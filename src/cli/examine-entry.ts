import { existsSync, realpathSync } from "node:fs";
import { isAbsolute } from "node:path";
import type { Environment } from "../config/load.ts";
import { type Finding, fail, ok, warn } from "../doctor/finding.ts";
import type { ClientName } from "../init/clients.ts";
import { type ClientEntry, readEntry } from "../init/read-entry.ts";
import { NoEntry, Refusal } from "../init/refusal.ts";
import type { Arguments } from "./args.ts";
import { surroundingsOf } from "./init.ts";

/** What to examine: the variables and flags that a server would start with. */
export interface Subject {
  readonly env: Environment;
  readonly flags: Arguments["flags"];
  readonly sandbox: boolean;
  /** Findings about the client's entry, if the variables come from one. */
  readonly entry?: readonly Finding[];
}

/** Examines a client's entry, and returns what a server that it starts would receive. */
export function examineEntry(client: ClientName, { sandbox, flags }: Arguments, env: Environment): Subject {
  // Variables of this terminal that the client would not pass on must not make its entry look better than it is.
  const own = Object.entries(env).filter(([name]) => !/^(?:CONDUCTORONE|C1_MCP)_/.test(name));
  const around = Object.fromEntries(own);
  try {
    const entry = readEntry(client, surroundingsOf(env));
    return {
      env: { ...around, ...entry.env },
      // All other flags are for servers that no client starts.
      flags: {},
      sandbox: entry.args.includes("--sandbox"),
      entry: judgeEntry(client, entry),
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { env: around, flags, sandbox, entry: [fail(error.message, adviseOn(error, client))] };
  }
}

function adviseOn(error: Refusal, client: ClientName): string {
  if (!(error instanceof NoEntry))
    return `Correct that file by hand: init changes no file that it cannot read.`;
  return client === "claude-desktop"
    ? `Run init ${client}. If the server was installed as a bundle, it needs no entry, and doctor cannot see it: ask the assistant to call whoami.`
    : `Run init ${client}.`;
}

function judgeEntry(client: ClientName, { path, command, args, unknown }: ClientEntry): Finding[] {
  const [script = ""] = args;
  const fix = `Run init ${client} again, with --force if somebody edited the entry.`;
  return [
    ok(`the entry in ${path}`),
    ...judgeCommand(command, fix),
    ...judgeScript(script, fix),
    ...unknown.map((name) =>
      warn(
        `the client asks a person for ${name}; doctor cannot see what was typed`,
        `Set ${name} in this terminal to have it checked.`,
      ),
    ),
  ];
}

function judgeCommand(command: string, fix: string): Finding[] {
  if (!isAbsolute(command))
    return [warn(`it starts ${command}, which a client finds only if its own PATH leads there`, fix)];
  return existsSync(command) ? [] : [fail(`it starts ${command}, which does not exist`, fix)];
}

function judgeScript(script: string, fix: string): Finding[] {
  if (!existsSync(script)) return [fail(`it runs ${script || "no program"}, which does not exist`, fix)];
  const isThis = realpathSync(script) === realpathSync(process.argv[1] ?? "");
  return isThis ? [] : [warn(`it runs another copy of this server: ${script}`, fix)];
}
