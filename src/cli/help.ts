import { SETTINGS, type Setting } from "../config/schema.ts";
import { CLIENT_NAMES } from "../init/clients.ts";
import { breakLines } from "../text-lines.ts";
import { NAME } from "../version.ts";
import type { Command } from "./args.ts";

/** Help is read in the narrowest terminal that is common. */
const COLUMNS = 79;

interface Page {
  /** One line, for the list of commands. */
  readonly purpose: string;
  readonly usage: string;
  readonly examples: readonly (readonly [line: string, what: string])[];
  readonly flags: readonly (readonly [flag: string, what: string])[];
  readonly exits: readonly (readonly [code: string, when: string])[];
}

const SANDBOX = [
  "--sandbox",
  "on an embedded tenant: no account needed, nothing leaves this machine",
] as const;
const DONE = ["0", "all went well"] as const;
const MISUSED = ["2", "the command line or the configuration is wrong; nothing was started"] as const;
const CLIENT = ["CLIENT", CLIENT_NAMES.join(", ")] as const;

const PAGES: Readonly<Record<Command, Page>> = {
  stdio: {
    purpose: "MCP over stdin and stdout, for a client that starts the server (default)",
    usage: "[stdio] [--sandbox]",
    examples: [["stdio --sandbox", "what a client starts to try the server"]],
    flags: [SANDBOX],
    exits: [["0", "the client closed the pipe, or a signal ended it"]],
  },
  http: {
    purpose: "MCP over Streamable HTTP at /mcp",
    usage: "http [--sandbox] [--host HOST] [--port PORT]",
    examples: [
      ["http --sandbox", "a server to try; callers send C1_MCP_HTTP_TOKEN as their bearer token"],
      ["http --port 9000", "on another port; deploy/README.md has whole set-ups"],
    ],
    flags: [
      SANDBOX,
      ["--host HOST", "the address to listen on; C1_MCP_HOST"],
      ["--port PORT", "the port; C1_MCP_PORT"],
    ],
    exits: [["0", "a signal ended it"], MISUSED],
  },
  demo: {
    purpose: "the whole job on a sandbox tenant, with a transcript",
    usage: "demo",
    examples: [["demo", "takes a few seconds and needs no account"]],
    flags: [],
    exits: [DONE, ["1", "a step did not do what it says"]],
  },
  sandbox: {
    purpose: "the sandbox tenant alone; prints its address and credential",
    usage: "sandbox [--port PORT]",
    examples: [["sandbox > sandbox.json", "one line of JSON; runs until it is stopped"]],
    flags: [["--port PORT", "a free one by default"]],
    exits: [["0", "a signal ended it"], MISUSED],
  },
  doctor: {
    purpose: "checks configuration, network, credential and roles; changes nothing",
    usage: "doctor [CLIENT] [--json] [--sandbox]",
    examples: [
      ["doctor", "with the variables of this terminal"],
      ["doctor claude-desktop", "with the entry that Claude Desktop has"],
    ],
    flags: [CLIENT, ["--json", "the report for programs"], SANDBOX],
    exits: [["0", "nothing known stands in the way"], ["1", "something does"], MISUSED],
  },
  init: {
    purpose: "writes this server into a client's configuration; never a secret",
    usage: "init CLIENT [flags]",
    examples: [
      ["init claude-desktop", "asks for the credential at a terminal"],
      ["init cursor --sandbox", "to try the client without an account"],
      ["init codex --dry-run", "shows what would change"],
    ],
    flags: [
      CLIENT,
      SANDBOX,
      ["--client-id ID", "written into the entry; it is no secret"],
      ["--secret-file PATH", "the file that holds the secret; the entry names it"],
      ["--dry-run", "shows the change and makes none"],
      ["--remove", "takes the entry out again"],
      ["--force", "replaces or removes an entry that somebody edited"],
      ["--print", "prints the entry for pasting, and writes nothing"],
    ],
    exits: [DONE, ["1", "the file was left as it is"], MISUSED],
  },
  audit: {
    purpose: "verifies audit files, and shows what is in them; changes nothing",
    usage: "audit verify|anchor|show FILE... [flags]",
    examples: [
      ["audit verify audit.jsonl*", "names what was altered"],
      ["audit anchor audit.jsonl*", "what to keep elsewhere"],
      ["audit show audit.jsonl", "the attempts, as a table"],
    ],
    flags: [
      ["--anchor VALUE", "verify: what audit anchor printed before"],
      ["--json", "verify: the report for programs; show: the lines as they are"],
      ["--person WHO", "show: by principal, subject or e-mail address"],
      ["--tool NAME", "show: by tool"],
      ["--outcome CODE", "show: ok, a failure, or not_recorded"],
      ["--since TIME", "show: not before; a date or a time"],
      ["--until TIME", "show: not after"],
    ],
    exits: [
      ["0", "intact"],
      ["1", "tampered with"],
      ["2", "a file cannot be read, or the command line is wrong"],
      ["3", "nothing is wrong, but not everything can be checked"],
    ],
  },
};

/** The text of `--help`: of the program, or of one command. */
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

/** Two columns, the second one broken at the edge. */
function list(rows: readonly (readonly [left: string, right: string])[]): string[] {
  const width = Math.max(...rows.map(([left]) => left.length)) + 2;
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
