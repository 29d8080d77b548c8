import { parseArgs } from "node:util";
import { holdsClientSecret } from "../config/client-id.ts";
import type { Flags } from "../config/load.ts";
import { SETTINGS, type Setting, type SettingKey } from "../config/schema.ts";
import { formatHint, guessMeant, nearestName } from "../nearest.ts";

export const COMMANDS = [
  "stdio",
  "http",
  "demo",
  "sandbox",
  "doctor",
  "init",
  "audit",
  "completion",
] as const;
export type Command = (typeof COMMANDS)[number];

/** Topics that `help` explains besides the commands. */
export const TOPICS = ["environment"] as const;
export type Topic = (typeof TOPICS)[number];

/** A flag is a switch (`field`), takes a value, or sets a setting. */
interface Flag<Field = string, Value = string> {
  readonly commands: readonly Command[];
  readonly field?: Field;
  readonly value?: Value;
  readonly short?: string;
}

/** Every flag, and the commands that accept it. */
const LISTED = {
  sandbox: { commands: ["stdio", "http", "doctor", "init"], field: "sandbox" },
  host: { commands: ["http"] },
  port: { commands: ["http", "sandbox"] },
  json: { commands: ["doctor", "audit"], field: "json" },
  print: { commands: ["init"], field: "print" },
  "dry-run": { commands: ["init"], field: "dryRun" },
  remove: { commands: ["init"], field: "remove" },
  force: { commands: ["init"], field: "force" },
  "client-id": { commands: ["init"], value: "clientId" },
  "secret-file": { commands: ["init"], value: "secretFile" },
  anchor: { commands: ["audit"], value: "anchor" },
  person: { commands: ["audit"], value: "person" },
  tool: { commands: ["audit"], value: "tool" },
  outcome: { commands: ["audit"], value: "outcome" },
  since: { commands: ["audit"], value: "since" },
  until: { commands: ["audit"], value: "until" },
  help: { commands: COMMANDS, field: "help", short: "h" },
  version: { commands: COMMANDS, field: "version", short: "v" },
} as const satisfies Readonly<Record<string, Flag>>;

/** The properties of `Arguments` set by flags without a value, and by flags whose value is not a setting. */
type Switch = Extract<(typeof LISTED)[keyof typeof LISTED], { readonly field: string }>["field"];
type Value = Extract<(typeof LISTED)[keyof typeof LISTED], { readonly value: string }>["value"];

const FLAGS: Readonly<Record<string, Flag<Switch, Value>>> = LISTED;

const PARSE_OPTIONS = Object.fromEntries(
  Object.entries(FLAGS).map(([name, { field, short }]) => {
    const type: "boolean" | "string" = field === undefined ? "string" : "boolean";
    return [name, { type, ...(short !== undefined && { short }) }];
  }),
);

/** Commands that accept one more word: the name of a client. */
const WITH_CLIENT: readonly Command[] = ["doctor", "init"];

/** Commands that define the words that they accept themselves. */
const WITH_WORDS: readonly Command[] = ["audit", "completion"];

export interface Arguments extends Readonly<Partial<Record<Switch, boolean> & Record<Value, string>>> {
  readonly command: Command;
  /** Whether the command was given explicitly: help then covers only that command. */
  readonly named: boolean;
  readonly sandbox: boolean;
  readonly help: boolean;
  /** The topic of `help`, if it is not a command. */
  readonly topic?: Topic;
  readonly version: boolean;
  readonly client?: string;
  /** `audit`: the action and its files. `completion`: the shell. */
  readonly words?: readonly string[];
  /** Settings given as flags, still as text. */
  readonly flags: Flags;
}

type Tokens = ReturnType<typeof tokenize>;
type Option = Extract<Tokens[number], { kind: "option" }>;

/** The problems of a command line, and the command whose help explains them; absent if only the program's own help does. */
export interface Misuse {
  readonly command?: Command;
  readonly problems: readonly string[];
}

/** Parses the command line, or returns every problem with it, not only the first. */
export function parseCommandLine(argv: readonly string[]): Arguments | Misuse {
  const tokens = tokenize(argv);
  const problems: string[] = [];
  const read = readWords(tokens, problems);
  // The arguments of an unknown command cannot be checked.
  if (typeof read === "string") return { problems: [read] };
  const { command, named, client, words, ...asked } = read;
  const fields: Partial<Record<Switch, boolean> & Record<Value, string>> = {};
  const flags: Partial<Record<SettingKey, string>> = {};
  const allowed = Object.keys(FLAGS).filter((name) => FLAGS[name]?.commands.includes(command));
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const { name, value = "" } = token;
    const problem = findFlagProblem(token, read, allowed);
    const flag = FLAGS[name];
    if (problem !== undefined) problems.push(problem);
    else if (flag?.field !== undefined) fields[flag.field] = true;
    else if (flag?.value !== undefined) fields[flag.value] = value;
    else flags[keyOfFlag(name)] = value;
  }
  if (problems.length > 0) return { ...(named && { command }), problems };
  const preset = { sandbox: false, help: false, version: false };
  const operands = { ...(client !== undefined && { client }), ...(words !== undefined && { words }) };
  return { command, named, ...operands, ...preset, ...asked, ...fields, flags };
}

function tokenize(argv: readonly string[]) {
  return parseArgs({ args: [...argv], strict: false, tokens: true, options: PARSE_OPTIONS }).tokens;
}

function findFlagProblem(
  { name, rawName, value }: Option,
  { command, named }: Words,
  allowed: readonly string[],
): string | undefined {
  if (!allowed.includes(name)) {
    const nearest =
      name === "client-secret" && allowed.includes("secret-file")
        ? "secret-file"
        : nearestName(name, allowed);
    const what = named || Object.hasOwn(FLAGS, name) ? `${command} has no` : "unknown";
    return `${what} flag ${rawName}${formatHint(nearest && `--${nearest}`)}`;
  }
  if (FLAGS[name]?.field !== undefined) return value === undefined ? undefined : `${rawName} takes no value`;
  return value?.trim() ? undefined : `${rawName} needs a value`;
}

/** `help` and `version` may stand in the position of the command. */
interface Words {
  readonly command: Command;
  readonly named: boolean;
  readonly client?: string;
  readonly words?: readonly string[];
  readonly help?: true;
  readonly topic?: Topic;
  readonly version?: true;
}

/** Returns the problem if the command is unknown. */
function readWords(tokens: Tokens, problems: string[]): Words | string {
  const [first, ...others] = tokens.flatMap((token, index) =>
    token.kind === "positional" && !isValueOfUnknown(tokens[index - 1], token.value) ? [token.value] : [],
  );
  if (first === "help") return readHelp(others, problems);
  const read = readCommand(first === "version" ? undefined : first, others, problems);
  return first === "version" && typeof read !== "string" ? { ...read, version: true } : read;
}

function readHelp([about, ...others]: readonly string[], problems: string[]): Words | string {
  const topic = TOPICS.find((known) => known === about);
  const read = readCommand(topic === undefined ? about : undefined, others, problems, [
    ...COMMANDS,
    ...TOPICS,
  ]);
  return typeof read === "string" ? read : { ...read, help: true, ...(topic !== undefined && { topic }) };
}

/** A word after a misspelt flag was probably its value, so it is not reported as a second mistake. */
function isValueOfUnknown(before: Tokens[number] | undefined, word: string): boolean {
  if (before?.kind !== "option" || before.value !== undefined) return false;
  return !Object.hasOwn(FLAGS, before.name) && !COMMANDS.some((known) => known === word);
}

function readCommand(
  word: string | undefined,
  others: readonly string[],
  problems: string[],
  known: readonly string[] = COMMANDS,
): Words | string {
  const command = word === undefined ? "stdio" : COMMANDS.find((name) => name === word);
  if (command === undefined)
    return `unknown command ${show(word ?? "")}${formatHint(guessMeant(word ?? "", known))}`;
  const named = word !== undefined;
  if (WITH_WORDS.includes(command) && others.length > 0) return { command, named, words: others };
  const [client] = WITH_CLIENT.includes(command) ? others : [];
  const extra = others.slice(client === undefined ? 0 : 1);
  problems.push(...extra.map((argument) => `unexpected argument ${show(argument)}`));
  return { command, named, ...(client !== undefined && { client }) };
}

/** A secret that was passed as an argument must not be repeated, least of all in a client's log. */
const show = (word: string): string => (holdsClientSecret(word) ? "***" : word);

function keyOfFlag(flag: string): SettingKey {
  const settings = Object.entries(SETTINGS) as [SettingKey, Setting][];
  return settings.find(([, setting]) => setting.flag === flag)?.[0] as SettingKey;
}
