import { parseArgs } from "node:util";
import type { Flags } from "../config/load.ts";
import { SETTINGS, type Setting, type SettingKey } from "../config/schema.ts";
import { nearestName } from "../nearest.ts";

export const COMMANDS = ["stdio", "http", "demo", "sandbox", "doctor", "init"] as const;
export type Command = (typeof COMMANDS)[number];

export interface Arguments {
  readonly command: Command;
  readonly sandbox: boolean;
  readonly help: boolean;
  readonly version: boolean;
  /** `doctor` only. */
  readonly json?: boolean;
  /** `init` only, and the four below. */
  readonly client?: string;
  readonly print?: boolean;
  readonly dryRun?: boolean;
  readonly remove?: boolean;
  readonly force?: boolean;
  /** Settings given as flags, still as text. */
  readonly flags: Flags;
}

/** Which flags a command takes, beside --help and --version. */
const FLAGS: Record<Command, readonly string[]> = {
  stdio: ["sandbox"],
  http: ["sandbox", "host", "port"],
  demo: [],
  sandbox: ["port"],
  doctor: ["sandbox", "json"],
  init: ["sandbox", "print", "dry-run", "remove", "force"],
};

/** Flags without a value, and what they are called in `Arguments`. */
const SWITCHES = {
  sandbox: "sandbox",
  help: "help",
  version: "version",
  json: "json",
  print: "print",
  "dry-run": "dryRun",
  remove: "remove",
  force: "force",
} as const;

/** The command line as data, or every problem with it, not only the first. */
export function parseCommandLine(
  argv: readonly string[],
): Arguments | { readonly problems: readonly string[] } {
  const { tokens } = parseArgs({
    args: [...argv],
    strict: false,
    tokens: true,
    options: {
      sandbox: { type: "boolean" },
      json: { type: "boolean" },
      print: { type: "boolean" },
      "dry-run": { type: "boolean" },
      remove: { type: "boolean" },
      force: { type: "boolean" },
      help: { type: "boolean", short: "h" },
      version: { type: "boolean", short: "v" },
      host: { type: "string" },
      port: { type: "string" },
    },
  });
  const problems: string[] = [];
  const words = tokens.flatMap((token) => (token.kind === "positional" ? [token.value] : []));
  const { command, client } = readCommand(words, problems);
  const switches: Partial<Record<(typeof SWITCHES)[keyof typeof SWITCHES], boolean>> = {};
  const flags: Partial<Record<SettingKey, string>> = {};
  const allowed = [...FLAGS[command], "help", "version"];
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    const { name, rawName, value } = token;
    if (!allowed.includes(name)) {
      const nearest = nearestName(name, allowed);
      problems.push(
        `${command} has no flag ${rawName}${nearest === undefined ? "" : `; did you mean --${nearest}?`}`,
      );
    } else if (Object.hasOwn(SWITCHES, name)) {
      if (value !== undefined) problems.push(`${rawName} takes no value`);
      switches[SWITCHES[name as keyof typeof SWITCHES]] = true;
    } else if (!value?.trim()) problems.push(`${rawName} needs a value`);
    else flags[keyOfFlag(name)] = value;
  }
  if (problems.length > 0) return { problems };
  const preset = { sandbox: false, help: false, version: false };
  return { command, ...(client !== undefined && { client }), ...preset, ...switches, flags };
}

/** The command, and the one more word that `init` takes. */
function readCommand(words: readonly string[], problems: string[]): { command: Command; client?: string } {
  const [word, ...rest] = words;
  const command = COMMANDS.find((known) => known === word);
  const client = command === "init" ? rest.shift() : undefined;
  for (const extra of rest) problems.push(`unexpected argument ${extra}`);
  if (command !== undefined) return { command, ...(client !== undefined && { client }) };
  if (word === undefined) return { command: "stdio" };
  const nearest = nearestName(word, COMMANDS);
  problems.push(`unknown command ${word}${nearest === undefined ? "" : `; did you mean ${nearest}?`}`);
  return { command: "stdio" };
}

function keyOfFlag(flag: string): SettingKey {
  const settings = Object.entries(SETTINGS) as [SettingKey, Setting][];
  return settings.find(([, setting]) => setting.flag === flag)?.[0] as SettingKey;
}
