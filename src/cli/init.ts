import { realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { findOddEnding } from "../config/client-id.ts";
import type { Environment } from "../config/load.ts";
import { findOpenMode } from "../config/secret-access.ts";
import { CLIENT_NAMES, type ClientName } from "../init/clients.ts";
import type { GivenCredential } from "../init/credential.ts";
import { SERVER_NAME } from "../init/entry.ts";
import { findNode } from "../init/find-node.ts";
import { advisePrinted } from "../init/next-steps.ts";
import type { Surroundings } from "../init/places.ts";
import { Refusal } from "../init/refusal.ts";
import type { InitRequest } from "../init/request.ts";
import { foreseeRefusal, printEntry, runInit } from "../init/run.ts";
import { tellPerson } from "../log/stderr.ts";
import { formatHint, guessMeant } from "../nearest.ts";
import { readAddedEntries } from "./added-entry.ts";
import type { Arguments } from "./args.ts";
import { Interrupted, type TerminalAsker } from "./ask-terminal.ts";
import { findSecretFault } from "./credential-form.ts";
import type { Printer } from "./output.ts";
import { readCredential } from "./read-credential.ts";

const INTERRUPTED = 130;

const JUDGES = {
  judgeSecret: findSecretFault,
  findOpenMode: (path: string) => findOpenMode(statSync(path)),
};

const BY_HAND = "; for any other client, init --print shows an entry to paste";

/** The client's file cannot be changed, which was found out before the change: the message is for a person, whole. */
class LeftAsItIs extends Error {}

/**
 * `init <client>`: adds this server to a client's configuration file, or removes it. Returns 0 if everything is as requested, 1
 * if the file had to be left unchanged, 2 for an invalid command line.
 * @param asker asks for what Claude Desktop cannot fill in itself; absent without an interactive terminal.
 */
export async function runInitCommand(
  args: Arguments,
  env: Environment,
  output: Printer,
  asker: TerminalAsker | undefined,
): Promise<number> {
  const { sandbox } = args;
  const client = readClient(args);
  if (client === undefined) return 2;
  const at = surroundingsOf(env);
  const script = realpathSync(process.argv[1] ?? "");
  const switches = { sandbox, dryRun: args.dryRun === true, remove: args.remove === true };
  const request = { client, script, at, ...switches, force: args.force === true, ...JUDGES, now: new Date() };
  const foresee = (given: GivenCredential) => {
    const refusal = foreseeRefusal({ ...request, given });
    if (refusal !== undefined) throw new LeftAsItIs(refusal);
  };
  try {
    refuseCombination(args);
    const given = await readCredential(args, client, at, asker, foresee);
    if (args.print) {
      const isNamed = args.client !== undefined;
      const { text, credential, notes } = printEntry({ client, script, sandbox, at, given }, isNamed);
      await output.print(text);
      const left = [
        ...warnOfOddId(given),
        ...notes,
        ...advisePrinted({ client, sandbox, at, given: credential, ...JUDGES }, isNamed),
      ];
      if (left.length > 0) tellPerson(`${left.join("\n")}\n`);
      return 0;
    }
    const { paint, columns } = output;
    const { ok, lines } = runInit({ ...request, given, paint, columns });
    const [done = "", ...rest] = lines;
    const text = (...warnings: string[]) => `${[done, ...warnings, ...rest].join("\n")}\n`;
    if (ok) await output.say(text(...warnOfOddId(given), ...warnOfAdded(request)));
    else tellPerson(text());
    return ok ? 0 : 1;
  } catch (error) {
    if (error instanceof Interrupted) {
      tellPerson("Nothing was changed.\n");
      return INTERRUPTED;
    }
    if (error instanceof LeftAsItIs) {
      tellPerson(`${error.message}\n`);
      return 1;
    }
    if (!(error instanceof Refusal)) throw error;
    tellPerson(`Nothing was changed: ${error.message}.\n`);
    return 2;
  }
}

function warnOfOddId({ clientId = "" }: GivenCredential = {}): string[] {
  const odd = findOddEnding(clientId);
  return odd === undefined ? [] : [`The client id ${odd}. Is it written as C1 shows it?`];
}

/** Claude Code prefers what `claude mcp add` wrote for the project. */
function warnOfAdded({ client, remove, at }: Pick<InitRequest, "client" | "remove" | "at">): string[] {
  if (client !== "claude-code" || remove) return [];
  try {
    const { local } = readAddedEntries(at);
    if (local === undefined) return [];
    return [
      `Claude Code does not use this entry beside the one in ${local.path}: remove that by \`claude mcp remove ${SERVER_NAME} -s local\`, or this one.`,
    ];
  } catch (error) {
    if (error instanceof Refusal) return [];
    throw error;
  }
}

/** Flags that would otherwise be ignored. */
function refuseCombination({ print, remove, force }: Arguments): void {
  if (print && (remove || force))
    throw new Refusal("--print writes nothing, and so goes with neither --remove nor --force");
}

/** The properties of this machine that determine where clients keep their files. */
export function surroundingsOf(env: Environment): Surroundings {
  const node = findNode(process.execPath, env);
  return { platform: process.platform, env, home: homedir(), cwd: process.cwd(), node };
}

/**
 * The client that a command names; otherwise undefined, with an explanation on stderr. Without a name, `--print` shows the form
 * that most clients read.
 */
export function readClient({ command, client, print }: Arguments): ClientName | undefined {
  if (client === undefined && print) return "claude-code";
  const known = CLIENT_NAMES.find((name) => name === client);
  if (known) return known;
  const nearest = client === undefined ? undefined : guessMeant(client, CLIENT_NAMES);
  const names = CLIENT_NAMES.join(", ");
  const what =
    client === undefined
      ? `${command} needs a client: one of ${names}`
      : `${command} does not know ${client}${formatHint(nearest) || `: it knows ${names}`}`;
  const other = command === "init" && nearest === undefined ? BY_HAND : "";
  tellPerson(`${what}${other}\n`);
  return undefined;
}
