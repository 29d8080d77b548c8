import { CLIENT_NAMES } from "../init/clients.ts";
import { tellPerson } from "../log/stderr.ts";
import { formatHint, nearestName } from "../nearest.ts";
import { cleanText } from "../text.ts";
import { NAME } from "../version.ts";
import { type Arguments, TOPICS } from "./args.ts";
import { type HelpPage, PAGES } from "./help-pages.ts";
import type { Printer } from "./output.ts";

const WRITERS = { bash: writeBash, zsh: writeZsh, fish: writeFish, powershell: writePowerShell } as const;
type Shell = keyof typeof WRITERS;

/** `completion SHELL`: prints a completion script for that shell, generated from the help pages. Returns 2 for an unknown shell. */
export async function runCompletion({ words = [] }: Arguments, output: Printer): Promise<number> {
  const [shell = "", ...extra] = words;
  if (!isShell(shell) || extra.length > 0) {
    tellPerson(`${explainShell(shell, extra)}\n`);
    return 2;
  }
  await output.print(WRITERS[shell]());
  return 0;
}

function explainShell(shell: string, extra: readonly string[]): string {
  const shells = Object.keys(WRITERS);
  if (shell === "") return `completion needs the name of a shell: one of ${shells.join(", ")}`;
  if (isShell(shell)) return `unexpected argument ${cleanText(extra.join(" "), 60)}`;
  const hint = formatHint(nearestName(shell, shells)) || `: it knows ${shells.join(", ")}`;
  return `completion does not know ${cleanText(shell, 60)}${hint}`;
}

function isShell(word: string): word is Shell {
  return Object.hasOwn(WRITERS, word);
}

const COMMANDS = [
  ...Object.entries(PAGES).map(([name, page]) => ({ name, choices: choicesOf(page) })),
  { name: "help", choices: [...Object.keys(PAGES), ...TOPICS] },
];
const NAMES = COMMANDS.map(({ name }) => name).join(" ");

/** The words that can follow a command: those of its usage line, names of clients, flags. */
function choicesOf({ usage, flags }: HelpPage): string[] {
  const words = usage.split(" ").flatMap((part) => (/^[a-z|]+\|[a-z|]+$/.test(part) ? part.split("|") : []));
  const names = flags.map(([flag]) => flag.split(" ")[0] ?? "");
  const clients = names.includes("CLIENT") ? CLIENT_NAMES : [];
  return [...words, ...clients, ...names.filter((flag) => flag.startsWith("--")), "--help"];
}

const FUNCTION = `_${NAME.replaceAll("-", "_")}`;

function writeBash(): string {
  return `# ${NAME}: completion for bash
${FUNCTION}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" choices
  case "\${COMP_WORDS[1]}" in
${COMMANDS.map(({ name, choices }) => `    ${name}) choices="${choices.join(" ")}" ;;`).join("\n")}
    *) choices="${NAMES} --help --version" ;;
  esac
  [ "$COMP_CWORD" -eq 1 ] && choices="${NAMES} --help --version"
  COMPREPLY=($(compgen -W "$choices" -- "$current"))
}
complete -o default -F ${FUNCTION} ${NAME}
`;
}

function writeZsh(): string {
  return `#compdef ${NAME}
${FUNCTION}() {
  local -a choices
  if (( CURRENT == 2 )); then
    choices=(${NAMES} --help --version)
  else
    case "$words[2]" in
${COMMANDS.map(({ name, choices }) => `      ${name}) choices=(${choices.join(" ")}) ;;`).join("\n")}
    esac
  fi
  compadd -- $choices
  _files
}
compdef ${FUNCTION} ${NAME}
`;
}

function writeFish(): string {
  const first = `complete -c ${NAME} -n __fish_use_subcommand -a "${NAMES}"`;
  const others = COMMANDS.map(({ name, choices }) => {
    const isChosen = `"__fish_seen_subcommand_from ${name}"`;
    return `complete -c ${NAME} -n ${isChosen} -a "${choices.join(" ")}"`;
  });
  return `# ${NAME}: completion for fish\n${[first, ...others].join("\n")}\n`;
}

function writePowerShell(): string {
  const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(", ");
  return `# ${NAME}: completion for PowerShell
Register-ArgumentCompleter -Native -CommandName ${NAME} -ScriptBlock {
  param($wordToComplete, $commandAst, $cursorPosition)
  $choices = @{
${COMMANDS.map(({ name, choices }) => `    '${name}' = @(${quoted(choices)})`).join("\n")}
  }
  $words = $commandAst.CommandElements | ForEach-Object { $_.ToString() }
  $command = if ($words.Count -gt 1) { $words[1] } else { '' }
  $known = if ($choices.ContainsKey($command) -and $words.Count -gt 2 -or $wordToComplete -eq '') { $choices[$command] } else { @() }
  if (-not $known) { $known = @(${quoted(COMMANDS.map(({ name }) => name))}, '--help', '--version') }
  $known | Where-Object { $_ -like "$wordToComplete*" }
}
`;
}
