import { existsSync, realpathSync } from "node:fs";
import { isAbsolute } from "node:path";
import type { Environment } from "../config/load.ts";
import { joinNames, type Supply } from "../doctor/credential-problems.ts";
import { type Finding, fail, ok, warn } from "../doctor/finding.ts";
import { CLIENTS, type ClientName } from "../init/clients.ts";
import { formatCommand } from "../init/command.ts";
import { describeSwitch } from "../init/find-switch.ts";
import { type ClientEntry, readEntry } from "../init/read-entry.ts";
import { NoEntry, Refusal } from "../init/refusal.ts";
import { type Arguments, parseCommandLine } from "./args.ts";
import { surroundingsOf } from "./init.ts";

/** What to examine: the variables and flags that a server would start with. */
export interface ExaminedEntry {
  readonly env: Environment;
  readonly flags: Arguments["flags"];
  readonly sandbox: boolean;
  /** Findings about the client's entry, if the variables come from one. */
  readonly entry?: readonly Finding[];
  readonly hasNoEntry?: boolean;
  readonly supply?: Supply;
}

/** Examines a client's entry, and returns what a server that it starts would receive. */
export function examineEntry(
  client: ClientName,
  { sandbox, flags }: Arguments,
  env: Environment,
): ExaminedEntry {
  // Variables of this terminal that the client would not pass on must not make its entry look better than it is.
  const own = Object.entries(env).filter(([name]) => !/^(?:CONDUCTORONE|C1_MCP)_/.test(name));
  const around = Object.fromEntries(own);
  const at = surroundingsOf(env);
  const tell = (words: string) => formatCommand(at, ownScript(), words);
  try {
    const entry = readEntry(client, at);
    return {
      env: { ...around, ...entry.env },
      // All other flags are for servers that no client starts.
      flags: {},
      sandbox: entry.args.includes("--sandbox"),
      entry: judgeEntry(
        client,
        entry,
        `Run ${tell(`init ${client}`)} again, with --force if somebody edited the entry.`,
      ),
      supply: {
        fix: (names) => adviseOnCredential(client, tell, names),
        filler: client === "claude-desktop" ? "Claude Desktop fills in none" : "this terminal has no value",
        filledIn: entry.filledIn,
        asks: entry.unknown.length > 0,
      },
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const entry = [fail(error.message, adviseOnEntry(error, client, tell))];
    return { env: around, flags, sandbox, entry, hasNoEntry: true };
  }
}

type Tell = (words: string) => string;

function adviseOnEntry(error: Refusal, client: ClientName, tell: Tell): string {
  if (!(error instanceof NoEntry))
    return "Correct that file by hand: init changes no file that it cannot read.";
  const where = CLIENTS[client].perProject ? " in the folder of your project" : "";
  const init = `Run ${tell(`init ${client}`)}${where}; with --sandbox it needs no account.`;
  return client === "claude-desktop"
    ? `${init} If the server was installed as a bundle, it needs no entry, and doctor cannot see it: ask the assistant to call whoami.`
    : init;
}

/** What to do about a credential that the client does not have. */
function adviseOnCredential(client: ClientName, tell: Tell, names: readonly string[]): string {
  const { title } = CLIENTS[client];
  const how =
    client === "claude-desktop"
      ? `Run ${tell("init claude-desktop")} at a terminal: it asks for the credential.`
      : `Set ${joinNames(names)} where you start ${title}, and in this terminal to have them checked.`;
  return `${how} To try ${title} without an account: ${tell(`init ${client} --sandbox`)}`;
}

function judgeEntry(client: ClientName, entry: ClientEntry, fix: string): Finding[] {
  const { path, command, args, unknown, looseSyntax } = entry;
  const [script = "", ...words] = args;
  const where = `the entry in ${path}`;
  const found =
    command === ""
      ? [warn(`${where} starts no program: doctor examines only entries that do`, REMOTE)]
      : [
          ...judgeCommand(command, where, fix),
          ...judgeScript(script, where, fix),
          ...judgeWords(words, where, fix),
          ...judgeSwitch(client, entry, where),
        ];
  return [
    ...(found.some(({ result }) => result === "fail") ? [] : [ok(where)]),
    ...found,
    ...(looseSyntax === undefined
      ? []
      : [
          warn(
            looseSyntax,
            "Remove that from the file: `init` reads it all the same, and leaves it in place.",
          ),
        ]),
    ...(unknown.length > 0
      ? [
          warn(
            `the client asks a person for ${joinNames(unknown)}; doctor cannot see what was typed`,
            `Set ${joinNames(unknown)} in this terminal to have the other checks made.`,
          ),
        ]
      : []),
  ];
}

const REMOTE = "If it names the address of a server, ask the assistant to call whoami; otherwise remove it.";

function judgeSwitch(client: ClientName, { off }: ClientEntry, where: string): Finding[] {
  if (!off) return [];
  const judge = off.isObeyed ? fail : warn;
  return [judge(`${where} ${describeSwitch(client, off)}`, "Remove that, and restart the client.")];
}

function ownScript(): string {
  return realpathSync(process.argv[1] ?? "");
}

function judgeCommand(command: string, where: string, fix: string): Finding[] {
  if (!isAbsolute(command))
    return [warn(`${where} starts ${command}, which a client finds only if its own PATH leads there`, fix)];
  return existsSync(command) ? [] : [fail(`${where} starts ${command}, which does not exist`, fix)];
}

function judgeScript(script: string, where: string, fix: string): Finding[] {
  if (!existsSync(script))
    return [fail(`${where} runs ${script || "no program"}, which does not exist`, fix)];
  const isThis = realpathSync(script) === ownScript();
  return isThis ? [] : [warn(`${where} runs another copy of this server: ${script}`, fix)];
}

/** Judges what follows the script as the server itself would. */
function judgeWords(words: readonly string[], where: string, fix: string): Finding[] {
  const read = parseCommandLine(words);
  if ("problems" in read)
    return [fail(`${where} starts the server wrongly: ${read.problems.join("; ")}`, fix)];
  const { command, help, version } = read;
  const shown = (help && "help") || (version && "version");
  if (command === "stdio" && !shown) return [];
  return [fail(`${where} starts ${shown ? `--${shown}` : command}, which serves no client over stdio`, fix)];
}
