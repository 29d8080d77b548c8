import { parseArgs } from "node:util";
import type { Flags } from "../config/load.ts";
import { SETTINGS, type Setting, type SettingKey } from "../config/schema.ts";
import { nearestName } from "../nearest.ts";

export const COMMANDS = ["stdio", "http", "demo", "sandbox"] as const;
export type Command = (typeof COMMANDS)[number];

export interface Arguments {
  readonly command: Command;
  readonly sandbox: boolean;
  readonly help: boolean;
  readonly version: boolean;
  /** Settings given as flags, still as text. */
  readonly flags: Flags;
}

/** Which flags a command takes, beside --help and --version. */
const FLAGS: Record<Command, readonly string[]> = {
  stdio: ["sandbox"],
  http: ["sandbox", "host", "port"],
  demo: [],
  sandbox: ["port"],
};

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
      help: { type: "boolean", short: "h" },
      version: { type: "boolean", short: "v" },
      host: { type: "string" },
      port: { type: "string" },
    },
  });
  const problems: string[] = [];
  const words = tokens.flatMap((token) => (token.kind === "positional" ? [token.value] : []));
  const command = readCommand(words, problems);
  const switches = { sandbox: false, help: false, version: false };
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
    } else if (name in switches) {
      if (value !== undefined) problems.push(`${rawName} takes no value`);
      switches[name as keyof typeof switches] = true;
    } else if (!value?.trim()) problems.push(`${rawName} needs a value`);
    else flags[keyOfFlag(name)] = value;
  }
  return problems.length > 0 ? { problems } : { command, ...switches, flags };
}

function readCommand(words: readonly string[], problems: string[]): Command {
  const [word, ...rest] = words;
  for (const extra of rest) problems.push(`unexpected argument ${extra}`);
  const command = COMMANDS.find((known) => known === word);
  if (command !== undefined || word === undefined) return command ?? "stdio";
  const nearest = nearestName(word, COMMANDS);
  problems.push(`unknown command ${word}${nearest === undefined ? "" : `; did you mean ${nearest}?`}`);
  return "stdio";
}

function keyOfFlag(flag: string): SettingKey {
  const settings = Object.entries(SETTINGS) as [SettingKey, Setting][];
  return settings.find(([, setting]) => setting.flag === flag)?.[0] as SettingKey;
}
