import { SETTINGS, type Setting } from "../config/schema.ts";
import { NAME } from "../version.ts";

/** The text of `--help`. */
export function helpText(): string {
  return `${NAME}: MCP server for governed writes in ConductorOne (C1)

Usage: ${NAME} [command] [flags]

  stdio [--sandbox]                              MCP over stdin and stdout (the default)
  http [--sandbox] [--host HOST] [--port PORT]   MCP over Streamable HTTP at /mcp
  demo                                           the whole job on a sandbox tenant, with a transcript
  sandbox [--port PORT]                          the sandbox tenant alone; prints its address and credential
  doctor [--json] [--sandbox]                    checks configuration, network, credential and roles; changes nothing
  init CLIENT [--dry-run] [--remove] [--force]   writes this server into a client's configuration; never a secret
  init [CLIENT] --print                          prints the entry for pasting, and writes nothing

  CLIENT      claude-desktop, claude-code, cursor, vscode, codex or gemini

  --sandbox   use an embedded tenant in place of a real one: no account needed, nothing leaves this machine
  --help, --version

Environment:
${settingLines().join("\n")}
`;
}

function settingLines(): string[] {
  return Object.values(SETTINGS).map((setting: Setting) => {
    const file = setting.secret ? " (or …_FILE)" : "";
    const preset = setting.default === undefined ? "" : ` Default: ${setting.default}.`;
    return `  ${setting.env}${file}\n      ${setting.help.replaceAll("`", "")}${preset}`;
  });
}
