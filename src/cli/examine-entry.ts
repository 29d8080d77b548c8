import type { Environment } from "../config/load.ts";
import { joinNames, type Supply } from "../doctor/credential-problems.ts";
import { type Finding, fail, warn } from "../doctor/finding.ts";
import { chooseFormat } from "../init/choose-format.ts";
import { CLIENTS, type ClientName } from "../init/clients.ts";
import { formatCommand } from "../init/command.ts";
import { buildEntry, SERVER_NAME } from "../init/entry.ts";
import { LITERAL } from "../init/fill-in.ts";
import { findConfigFile, findSecretFile, type Surroundings } from "../init/places.ts";
import type { ClientEntry } from "../init/read-entry.ts";
import { ownScript, readScript } from "../init/read-script.ts";
import { NoEntry, Refusal } from "../init/refusal.ts";
import { readTarget } from "../init/target.ts";
import { NAME } from "../version.ts";
import type { Arguments } from "./args.ts";
import { findClientEntry } from "./find-client-entry.ts";
import { surroundingsOf } from "./init.ts";
import { judgeEntry } from "./judge-entry.ts";

/** What to examine: the variables and flags that a server would start with. */
export interface ExaminedEntry {
  readonly env: Environment;
  readonly flags: Arguments["flags"];
  readonly sandbox: boolean;
  /** Findings about the client's entry, if the variables come from one. */
  readonly entry?: readonly Finding[];
  /** Whether nothing else can be examined, because no entry starts this server in a way that can be looked into. */
  readonly endsHere?: boolean;
  readonly supply?: Supply;
}

/** Examines a client's entry, and returns what a server that it starts would receive. */
export function examineEntry(
  client: ClientName,
  { sandbox, flags }: Arguments,
  env: Environment,
): ExaminedEntry {
  const { around, own } = splitVariables(client, env);
  const at = surroundingsOf(env);
  const tell = (words: string) => formatCommand(at, ownScript(), words);
  try {
    const { entry, scope, unused } = findClientEntry(client, at);
    const start = readScript(entry.command, entry.args);
    const init = tell(`init ${client}`);
    const remedies = {
      rewrite:
        scope === undefined
          ? `Run ${init} again, with --force if somebody edited the entry.`
          : `Run \`claude mcp remove ${SERVER_NAME} -s ${scope}\`, then \`claude mcp add\` again, or ${init} in the folder of your project.`,
      rename: `If it is, rename that entry and run ${init}; if it starts ${NAME}, ask the assistant to call whoami.`,
    };
    return {
      env: { ...around, ...own, ...entry.env },
      // All other flags are for servers that no client starts.
      flags: {},
      sandbox: typeof start === "object" && start.words.includes("--sandbox"),
      entry: [
        ...judgeEntry(client, entry, start, remedies),
        ...unused.map((path) => warnOfUnused(path, entry)),
      ],
      endsHere: typeof start === "string",
      supply: {
        fix: (names) => adviseOnCredential(client, tell, names),
        keeper: isKept(client, entry, at) ? `Run ${init} at a terminal: it asks for the secret.` : undefined,
        filler: LITERAL.has(client) ? `${CLIENTS[client].title} fills in none` : "this terminal has no value",
        filledIn: [...Object.keys(own).filter((name) => entry.env[name] === undefined), ...entry.filledIn],
        asks: entry.unknown.length > 0,
      },
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const entry = [fail(error.message, adviseOnEntry(error, client, at, tell))];
    return { env: around, flags, sandbox, entry, endsHere: true };
  }
}

/** Whether the secret belongs where `init` itself keeps it. With an id in this terminal's variables, it asks for nothing. */
function isKept(client: ClientName, { env }: ClientEntry, at: Surroundings): boolean {
  const isItsFile = env.CONDUCTORONE_CLIENT_SECRET_FILE === findSecretFile(at);
  return client === "claude-desktop" && isItsFile && !at.env.CONDUCTORONE_CLIENT_ID;
}

/** Claude Code starts servers with all variables of its own. What another client would not pass on must not make its entry look better. */
function splitVariables(client: ClientName, env: Environment): { around: Environment; own: Environment } {
  const isOwn = ([name]: readonly [string, unknown]) => /^(?:CONDUCTORONE|C1_MCP)_/.test(name);
  const all = Object.entries(env);
  return {
    around: Object.fromEntries(all.filter((one) => !isOwn(one))),
    own: client === "claude-code" ? Object.fromEntries(all.filter(isOwn)) : {},
  };
}

function warnOfUnused(path: string, used: ClientEntry): Finding {
  return warn(
    `Claude Code does not use the entry in ${path} beside the one in ${used.path}`,
    `Remove the one that is not meant: \`claude mcp remove ${SERVER_NAME} -s SCOPE\`, with local, project or user for SCOPE.`,
  );
}

type Tell = (words: string) => string;

function adviseOnEntry(error: Refusal, client: ClientName, at: Surroundings, tell: Tell): string {
  if (!(error instanceof NoEntry))
    return "Correct that file by hand: init changes no file that it cannot read.";
  const obstacle = findObstacle(client, at);
  if (obstacle !== undefined) return `\`init\` cannot add one to that file: ${obstacle}.`;
  const where = CLIENTS[client].perProject ? " in the folder of your project" : "";
  const init = `Run ${tell(`init ${client}`)}${where}; with --sandbox it needs no account.`;
  return client === "claude-desktop"
    ? `${init} If the server was installed as a bundle, it needs no entry, and doctor cannot see it: ask the assistant to call whoami.`
    : init;
}

/** Why `init` would refuse to add an entry; undefined if it would not. */
function findObstacle(client: ClientName, at: Surroundings): string | undefined {
  try {
    const { content } = readTarget(findConfigFile(client, at));
    const entry = buildEntry({ client, script: ownScript(), sandbox: true, at });
    chooseFormat(client).put(content?.text ?? "", entry);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
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
