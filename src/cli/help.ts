import { SETTINGS, type Setting } from "../config/schema.ts";
import { breakLines } from "../text-lines.ts";
import { NAME } from "../version.ts";
import type { Command } from "./args.ts";
import { PAGES } from "./help-pages.ts";

/** Fits the narrowest common terminal. */
const COLUMNS = 79;

/** The text of `--help` for the program, or for one command. */
export function helpText(command?: Command): string {
  return command === undefined ? describeProgram() : describeCommand(command);
}

function describeProgram(): string {
  return [
    `${NAME}: MCP server for governed writes in ConductorOne (C1)`,
    "",
    `Usage: ${NAME} [COMMAND] [flags]`,
    "",
    ...list(Object.entries(PAGES).map(([name, { purpose }]) => [name, purpose])),
    "",
    `  ${NAME} COMMAND --help   its flags, examples and exit codes`,
    `  ${NAME} --version`,
    "",
    "Environment:",
    ...settingLines(),
    "",
  ].join("\n");
}

function describeCommand(command: Command): string {
  const { purpose, usage, examples, flags, exits } = PAGES[command];
  return [
    ...breakLines(`${NAME} ${command}: ${purpose}`, COLUMNS),
    "",
    ...list(examples.map(([line, what]) => [`${NAME} ${line}`, what])),
    "",
    `Usage: ${NAME} ${usage}`,
    ...(flags.length > 0 ? ["", ...list(flags)] : []),
    "",
    "Exit codes:",
    ...list([...exits, ["130", "Ctrl-C"]]),
    "",
  ].join("\n");
}

/** Formats two columns. The second one is wrapped, and starts below the first if that leaves it no room. */
function list(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
  if (width > COLUMNS / 1.6)
    return rows.flatMap(([left, right]) => [
      `  ${left}`,
      ...breakLines(right, COLUMNS - 6).map((line) => `      ${line}`),
    ]);
  return rows.flatMap(([left, right]) =>
    breakLines(right, COLUMNS - 2 - width).map(
      (line, index) => `  ${(index === 0 ? left : "").padEnd(width)}${line}`,
    ),
  );
}

function settingLines(): string[] {
  return Object.values(SETTINGS).flatMap((setting: Setting) => {
    const file = setting.secret ? " (or …_FILE)" : "";
    const preset = setting.default === undefined ? "" : ` Default: ${setting.default}.`;
    const help = breakLines(`${setting.help.replaceAll("`", "")}${preset}`, COLUMNS - 6);
    return [`  ${setting.env}${file}`, ...help.map((line) => `      ${line}`)];
  });
}
