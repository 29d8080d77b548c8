import { parseArgs } from "node:util";
import type { Flags } from "../config/load.ts";
import { SETTINGS, type Setting, type SettingKey } from "../config/schema.ts";
import { formatHint, nearestName } from "../nearest.ts";

export const COMMANDS = ["stdio", "http", "demo", "sandbox", "doctor", "init"] as const;
export type Command = (typeof COMMANDS)[number];

/** What flags without a value are called in `Arguments`. */
type Switch = "sandbox" | "help" | "version" | "json" | "print" | "dryRun" | "remove" | "force";

interface Flag {
  readonly commands: readonly Command[];
  /** Absent for the flag of a setting, which takes a value. */
  readonly field?: Switch;
  readonly short?: string;
}

/** Every flag and the commands that take it. */
const FLAGS: Readonly<Record<string, Flag>> = {
  sandbox: { commands: ["stdio", "http", "doctor", "init"], field: "sandbox" },
  host: { commands: ["http"] },
  port: { commands: ["http", "sandbox"] },
  json: { commands: ["doctor"], field: "json" },
  print: { commands: ["init"], field: "print" },
  "dry-run": { commands: ["init"], field: "dryRun" },
  remove: { commands: ["init"], field: "remove" },
  force: { commands: ["init"], field: "force" },
  help: { commands: COMMANDS, field: "help", short: "h" },
  version: { commands: COMMANDS, field: "version", short: "v" },
};

const PARSE_OPTIONS = Object.fromEntries(
  Object.entries(FLAGS).map(([name, { field, short }]) => {
    const type: "boolean" | "string" = field === undefined ? "string" : "boolean";
    return [name, { type, ...(short !== undefined && { short }) }];
  }),
);

export interface Arguments extends Readonly<Partial<Record<Switch, boolean>>> {
  readonly command: Command;
  readonly sandbox: boolean;
  readonly help: boolean;
  readonly version: boolean;
  /** `init` only. */
  readonly client?: string;
  /** Settings given as flags, still as text. */
  readonly flags: Flags;
}

/** The command line as data, or every problem with it, not only the first. */
export function parseCommandLine(
  argv: readonly string[],
): Arguments | { readonly problems: readonly string[] } {
  const { tokens } = parseArgs({ args: [...argv], strict: false, tokens: true, options: PARSE_OPTIONS });
  const problems: string[] = [];
  const words = tokens.flatMap((token) => (token.kind === "positional" ? [token.value] : []));
  const { command, client } = readCommand(words, problems);
  const switches: Partial<Record<Switch, boolean>> = {};
  const flags: Partial<Record<SettingKey, string>> = {};
  const allowed = Object.keys(FLAGS).filter((name) => FLAGS[name]?.commands.includes(command));
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const { name, value } = token;
    const problem = findFlagProblem(token, command, allowed);
    const field = FLAGS[name]?.field;
    if (problem !== undefined) problems.push(problem);
    else if (field !== undefined) switches[field] = true;
    else if (value !== undefined) flags[keyOfFlag(name)] = value;
  }
  if (problems.length > 0) return { problems };
  const preset = { sandbox: false, help: false, version: false };
  return { command, ...(client !== undefined && { client }), ...preset, ...switches, flags };
}

function findFlagProblem(
  {
    name,
    rawName,
    value,
  }: { readonly name: string; readonly rawName: string; readonly value?: string | undefined },
  command: Command,
  allowed: readonly string[],
): string | undefined {
  if (!allowed.includes(name)) {
    const nearest = nearestName(name, allowed);
    return `${command} has no flag ${rawName}${formatHint(nearest && `--${nearest}`)}`;
  }
  if (FLAGS[name]?.field !== undefined) return value === undefined ? undefined : `${rawName} takes no value`;
  return value?.trim() ? undefined : `${rawName} needs a value`;
}

/** The command, and the one more word that `init` takes. */
function readCommand(words: readonly string[], problems: string[]): { command: Command; client?: string } {
  const [word, ...rest] = words;
  const command = COMMANDS.find((known) => known === word);
  const client = command === "init" ? rest.shift() : undefined;
  for (const extra of rest) problems.push(`unexpected argument ${extra}`);
  if (command !== undefined) return { command, ...(client !== undefined && { client }) };
  if (word === undefined) return { command: "stdio" };
  problems.push(`unknown command ${word}${formatHint(nearestName(word, COMMANDS))}`);
  return { command: "stdio" };
}

function keyOfFlag(flag: string): SettingKey {
  const settings = Object.entries(SETTINGS) as [SettingKey, Setting][];
  return settings.find(([, setting]) => setting.flag === flag)?.[0] as SettingKey;
}
