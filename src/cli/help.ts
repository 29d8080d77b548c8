import { SETTINGS, type Setting, type SettingKey } from "../config/schema.ts";
import { HELP_GROUPS } from "../config/setting-help.ts";
import { CLIENT_NAMES } from "../init/clients.ts";
import { breakLines, NARROWEST } from "../text-lines.ts";
import { NAME } from "../version.ts";
import type { Command, Topic } from "./args.ts";
import { PAGES } from "./help-pages.ts";

/** The width without a terminal; fits the narrowest common one. */
const COLUMNS = 80;

/** Longer lines are hard to read. */
const WIDEST = 100;

type Row = readonly [left: string, right: string];

const EXAMPLES: readonly Row[] = [
  [`${NAME} demo`, "see the whole job; needs no account"],
  [`${NAME} init CLIENT --sandbox`, "try it in a client; needs no account"],
  [`${NAME} init CLIENT`, "set a client up for your tenant"],
  [`${NAME} doctor CLIENT`, "find out what stands in the way"],
];

const CREDENTIAL: readonly Row[] = [
  ["CONDUCTORONE_CLIENT_ID", "client id, as C1 shows it"],
  ["CONDUCTORONE_CLIENT_SECRET", "client secret"],
  ["CONDUCTORONE_CLIENT_SECRET_FILE", "or the file that holds it"],
];

/**
 * The text of `--help` for the program, for one command, or for a topic.
 * @param columns of the terminal.
 * @param own how the person started this program.
 */
export function helpText(page?: Command | Topic, columns = COLUMNS, own = NAME): string {
  const width = Math.max(NARROWEST, Math.min(columns, WIDEST)) - 1;
  if (page === undefined) return describeProgram(width);
  return page === "environment" ? describeEnvironment(width) : describeCommand(page, width, own);
}

function describeProgram(width: number): string {
  return [
    ...breakLines(`${NAME}: MCP server for governed writes in ConductorOne (C1)`, width),
    "",
    ...list(EXAMPLES, width),
    "",
    ...breakLines(`CLIENT is one of ${CLIENT_NAMES.join(", ")}.`, width),
    "",
    `Usage: ${NAME} [COMMAND] [flags]`,
    ...breakLines("In a clone, write `node dist/main.js` in place of the name.", width),
    "",
    ...list(
      Object.entries(PAGES).map(([name, { purpose }]) => [name, purpose]),
      width,
    ),
    "",
    "The credential, in the environment of the server:",
    ...list(CREDENTIAL, width),
    "",
    ...list(
      [
        [`${NAME} help COMMAND`, "flags, examples and exit codes"],
        [`${NAME} help environment`, "every setting"],
        [`${NAME} --version`, ""],
      ],
      width,
    ),
    "",
  ].join("\n");
}

function describeCommand(command: Command, width: number, own: string): string {
  const { purpose, usage, examples, flags, exits } = PAGES[command];
  return [
    ...breakLines(`${NAME} ${command}: ${purpose}`, width),
    "",
    ...list(
      examples.map(([line, what]) => [`${NAME} ${line}`, what]),
      width,
    ),
    "",
    `Usage: ${NAME} ${usage}`,
    ...(flags.length > 0 ? ["", ...list(flags, width)] : []),
    "",
    "Exit codes:",
    ...list(exits, width),
    ...(own === NAME ? [] : ["", ...breakLines(`Here, write \`${own}\` in place of ${NAME}.`, width)]),
    "",
  ].join("\n");
}

function describeEnvironment(width: number): string {
  return [
    ...breakLines("Settings, all of them variables of the server's environment.", width),
    "",
    ...HELP_GROUPS.flatMap(([title, help]) => [
      ...breakLines(`${title}:`, width),
      ...Object.entries(help).flatMap(([key, text]) => describeSetting(key, text, width)),
      "",
    ]),
    ...breakLines(OTHERS, width),
    "",
  ].join("\n");
}

const OTHERS =
  "Variables of other programs that count here, too: HTTPS_PROXY, HTTP_PROXY and NO_PROXY for proxies, NODE_EXTRA_CA_CERTS for private certificate authorities, and those of OpenTelemetry, which OTEL_EXPORTER_OTLP_ENDPOINT turns on.";

function describeSetting(key: string, text: string, width: number): string[] {
  const setting: Setting = SETTINGS[key as SettingKey];
  const file = setting.secret ? " (or …_FILE)" : "";
  const preset = setting.default === undefined ? "" : ` Default: ${setting.default}.`;
  const help = breakLines(`${text.replaceAll("`", "")}${preset}`, width - 6);
  return [`  ${setting.env}${file}`, ...help.map((line) => `      ${line}`)];
}

/** Formats two columns. The second one is wrapped, and starts below the first if that leaves it no room. */
function list(rows: readonly Row[], width: number): string[] {
  const left = Math.max(...rows.map(([name]) => name.length)) + 2;
  if (left > width / 1.6)
    return rows.flatMap(([name, what]) => [
      `  ${name}`,
      ...breakLines(what, width - 6).map((line) => `      ${line}`),
    ]);
  return rows.flatMap(([name, what]) =>
    breakLines(what, width - 2 - left).map((line, index) =>
      `  ${(index === 0 ? name : "").padEnd(left)}${line}`.trimEnd(),
    ),
  );
}
