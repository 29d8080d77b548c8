import { CLIENT_NAMES } from "../init/clients.ts";
import { formatHint, guessMeant } from "../nearest.ts";
import type { Misuse } from "./args.ts";

/** What is wrong with a command line, and where to read on. Apart from its parser, because a server that starts well needs none of it. */
export function explainMisuse({ command, problems }: Misuse, argv: readonly string[]): string {
  const help = command === undefined ? "--help" : `${command} --help`;
  return `${problems.join("\n")}${suggestInit(argv, problems)}\nTry ${help}.\n`;
}

/** The name of a client in the place of a command. */
function suggestInit([word = ""]: readonly string[], [problem]: readonly string[]): string {
  const client = problem === `unknown command ${word}` ? guessMeant(word, CLIENT_NAMES) : undefined;
  return formatHint(client && `init ${client}`);
}
