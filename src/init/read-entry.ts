import type { Json } from "../json.ts";
import { chooseFormat } from "./choose-format.ts";
import type { ClientName } from "./clients.ts";
import { readStart, SERVER_NAME } from "./entry.ts";
import { fillIn, isFilledIn, LITERAL } from "./fill-in.ts";
import { findSwitch, type Switch } from "./find-switch.ts";
import { describeLooseSyntax } from "./loose-syntax.ts";
import { findConfigFile, type Surroundings } from "./places.ts";
import { NoEntry, Refusal } from "./refusal.ts";
import { readTarget } from "./target.ts";

/** A client's entry for this server, as the client will use it. */
export interface ClientEntry {
  /** The client's file. */
  readonly path: string;
  /** With placeholders filled in, as are the arguments. */
  readonly command: string;
  readonly args: readonly string[];
  /** Variables that the server will get from the entry, with placeholders filled in from this terminal. */
  readonly env: Readonly<Record<string, string>>;
  /** Names of those whose values are this terminal's, at least in part: the entry only names them. */
  readonly filledIn: readonly string[];
  /** Names of variables that only the client knows, because it asks the user for them. */
  readonly unknown: readonly string[];
  /** What switches the entry off. */
  readonly off: Switch | undefined;
  /** What the client may not read in its file, as a sentence without its full stop. */
  readonly looseSyntax: string | undefined;
}

/** Reads the entry. Throws a Refusal if there is none, or if the file cannot be read. */
export function readEntry(client: ClientName, at: Surroundings): ClientEntry {
  const path = findConfigFile(client, at);
  const { present, off, looseSyntax } = readPresent(client, path, at);
  if (present === undefined) throw new NoEntry(`there is no entry ${SERVER_NAME} in ${path}`);
  const { command, args, env } = readStart(present);
  const isLiteral = LITERAL.has(client);
  const fill = (text: string) => (isLiteral ? text : fillIn(text, at.env));
  /** Values that a client asks for come from this terminal, if at all. */
  const fillOrAsk = (text: string, name: string) => (ASKED.test(text) ? at.env[name] : fill(text));
  const isOfTerminal = (text: string) => ASKED.test(text) || (!isLiteral && isFilledIn(text, at.env));
  const forwarded = (present as { env_vars?: unknown }).env_vars;
  const values = [
    ...(Array.isArray(forwarded)
      ? forwarded.map((name) => [String(name), at.env[String(name)]] as const)
      : []),
    ...Object.entries(env).map(([name, value]) => [name, fillOrAsk(String(value), name)] as const),
  ];
  return {
    path,
    command: fill(command),
    args: args.map(fill),
    env: Object.fromEntries(values.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
    filledIn: values.flatMap(([name, value]) =>
      value === undefined || (Object.hasOwn(env, name) && !isOfTerminal(String(env[name]))) ? [] : [name],
    ),
    unknown: Object.keys(env).filter((name) => ASKED.test(String(env[name])) && at.env[name] === undefined),
    off,
    looseSyntax,
  };
}

interface Present extends Partial<Pick<ClientEntry, "off" | "looseSyntax">> {
  readonly present?: Json | undefined;
}

function readPresent(client: ClientName, path: string, at: Surroundings): Present {
  try {
    const { content } = readTarget(path);
    if (!content) return {};
    const { text } = content;
    const present = chooseFormat(client).readServer(text);
    const off = present === undefined ? undefined : findSwitch(client, present, text, at);
    return { present, off, looseSyntax: describeLooseSyntax(client, path, text) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(`${path}: ${error.message}`);
  }
}

const ASKED = /^\$\{input:[^}]*\}$/;
