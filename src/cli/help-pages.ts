import { CLIENT_NAMES } from "../init/clients.ts";
import type { Command } from "./args.ts";

/** The help text of one command. */
export interface HelpPage {
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
const WRONG_LINE = ["2", "the command line is wrong"] as const;
const MISUSED = ["2", "the command line or the configuration is wrong; nothing was started"] as const;
/** Not for commands that serve until they are told to stop, because a signal is their normal end. */
const INTERRUPTED = ["130", "Ctrl-C"] as const;
const CLIENT = ["CLIENT", CLIENT_NAMES.join(", ")] as const;

export const PAGES: Readonly<Record<Command, HelpPage>> = {
  stdio: {
    purpose: "MCP over stdin and stdout, for a client that starts the server (default)",
    usage: "[stdio] [--sandbox]",
    examples: [["stdio --sandbox", "what a client starts to try the server"]],
    flags: [SANDBOX],
    exits: [["0", "the client closed the pipe, or a signal ended it"], WRONG_LINE],
  },
  http: {
    purpose: "MCP over Streamable HTTP at /mcp",
    usage: "http [--sandbox] [--host HOST] [--port PORT]",
    examples: [
      ["http --sandbox", "to try it; any program of this machine may call"],
      ["http --port 9000", "for callers that send the C1_MCP_HTTP_TOKEN"],
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
    exits: [DONE, ["1", "a step did not have the expected outcome"], WRONG_LINE, INTERRUPTED],
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
    usage: "doctor [CLIENT | --sandbox] [--json]",
    examples: [
      ["doctor", "with the variables of this terminal"],
      ["doctor claude-desktop", "with the entry that Claude Desktop has"],
    ],
    flags: [CLIENT, ["--json", "the report for programs"], SANDBOX],
    exits: [["0", "nothing known prevents the job"], ["1", "something does"], WRONG_LINE, INTERRUPTED],
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
      ["--client-id ID", "written into the entry; without it, --secret-file takes CONDUCTORONE_CLIENT_ID"],
      ["--secret-file PATH", "the file that holds the secret; the entry names it"],
      ["--dry-run", "shows the change without making it"],
      ["--remove", "removes the entry"],
      ["--force", "rewrites or removes an entry that somebody edited"],
      ["--print", "prints the entry for pasting, and writes nothing"],
    ],
    exits: [DONE, ["1", "the file was left unchanged"], WRONG_LINE, INTERRUPTED],
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
      ["--anchor VALUE", "verify, anchor: what audit anchor printed before"],
      ["--json", "verify: the report for programs; show: the lines unchanged"],
      ["--person WHO", "show: by principal, subject or e-mail address"],
      ["--tool NAME", "show: by tool"],
      ["--outcome CODE", "show: ok, a failure, or not_recorded"],
      ["--since TIME", "show: not before; a date or a time"],
      ["--until TIME", "show: not after; a date means its end"],
    ],
    exits: [
      ["0", "intact"],
      ["1", "tampered with"],
      ["2", "a file cannot be read, no line is a record, or the command line is wrong"],
      ["3", "nothing is wrong, but not everything can be checked"],
      INTERRUPTED,
    ],
  },
  completion: {
    purpose: "prints a completion script for a shell",
    usage: "completion bash|zsh|fish|powershell",
    examples: [
      ["completion bash > ~/.c1-admin-mcp.bash", "bash; then `. ~/.c1-admin-mcp.bash` in ~/.bashrc"],
      [
        "completion zsh > ~/.zfunc/_c1-admin-mcp",
        "zsh, after `mkdir -p ~/.zfunc`, with that folder in fpath",
      ],
      [
        "completion fish > ~/.config/fish/completions/c1-admin-mcp.fish",
        "fish, after `mkdir -p ~/.config/fish/completions`",
      ],
      ["completion powershell >> $PROFILE", "PowerShell, once"],
    ],
    flags: [],
    exits: [DONE, WRONG_LINE],
  },
};
