import { existsSync, realpathSync } from "node:fs";
import { isAbsolute } from "node:path";
import { joinNames } from "../doctor/credential-problems.ts";
import { type Finding, fail, ok, warn } from "../doctor/finding.ts";
import type { ClientName } from "../init/clients.ts";
import { describeSwitch } from "../init/find-switch.ts";
import type { ClientEntry } from "../init/read-entry.ts";
import { isMainScript, ownScript, type Start } from "../init/read-script.ts";
import { NAME } from "../version.ts";
import { parseCommandLine } from "./args.ts";

/** What to do about an entry. */
export interface Remedies {
  /** If it starts this server in a way that does not work. */
  readonly rewrite: string;
  /** If it may be another server's. */
  readonly rename: string;
}

/** Findings about an entry, given what it starts. */
export function judgeEntry(
  client: ClientName,
  entry: ClientEntry,
  start: Start,
  remedies: Remedies,
): Finding[] {
  const { path, unknown, looseSyntax } = entry;
  const where = `the entry in ${path}`;
  const found = judgeStart(client, entry, start, where, remedies);
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

const ASK = "Ask the assistant to call whoami.";
const REMOTE = "If it names the address of a server, ask the assistant to call whoami; otherwise remove it.";

/** @param where the entry as the subject of a sentence. */
function judgeStart(
  client: ClientName,
  entry: ClientEntry,
  start: Start,
  where: string,
  { rewrite, rename }: Remedies,
): Finding[] {
  const { command, args } = entry;
  switch (start) {
    case "no program":
      return [warn(`${where} starts no program: doctor examines only entries that do`, REMOTE)];
    // The arguments are not shown, because they may contain a secret.
    case "another program":
      return args.some((argument) => argument.includes(NAME))
        ? [warn(`${where} starts this server by ${command}, which doctor does not examine`, ASK)]
        : [warn(`${where} starts ${command}, which doctor does not know: it may be another server`, rename)];
    default:
      return [
        ...judgeCommand(command, where, rewrite),
        ...(start.script === undefined
          ? judgeCopy(command, where, rewrite)
          : judgeScript(start.script, where, rewrite)),
        ...judgeWords(start.words, where, rewrite),
        ...judgeSwitch(client, entry, where),
      ];
  }
}

function judgeSwitch(client: ClientName, { off }: ClientEntry, where: string): Finding[] {
  if (!off) return [];
  const judge = off.isObeyed ? fail : warn;
  return [judge(`${where} ${describeSwitch(client, off)}`, "Remove that, and restart the client.")];
}

function judgeCommand(command: string, where: string, fix: string): Finding[] {
  if (!isAbsolute(command))
    return [warn(`${where} starts ${command}, which a client finds only if its own PATH leads there`, fix)];
  return existsSync(command) ? [] : [fail(`${where} starts ${command}, which does not exist`, fix)];
}

function judgeScript(script: string, where: string, fix: string): Finding[] {
  if (script === "") return [fail(`${where} starts Node without a program`, fix)];
  if (!existsSync(script)) return [fail(`${where} runs ${script}, which does not exist`, fix)];
  return judgeCopy(script, where, fix);
}

/** @param path leads to a script, or to what starts one: on Windows that is a file of its own. */
function judgeCopy(path: string, where: string, fix: string): Finding[] {
  const isOther = isMainScript(path) && realpathSync(path) !== ownScript();
  return isOther ? [warn(`${where} runs another copy of this server: ${path}`, fix)] : [];
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
