/** The clients whose configuration `init` can write. */
export const CLIENT_NAMES = ["claude-desktop", "claude-code", "cursor", "vscode", "codex", "gemini"] as const;
export type ClientName = (typeof CLIENT_NAMES)[number];

export interface Client {
  /** The client's name, as shown to people. */
  readonly title: string;
  /** The key in the file that holds the entry. */
  readonly container: "mcpServers" | "servers" | "mcp_servers";
  /** Whether the file belongs to the folder in which `init` runs and may be shared by its users. */
  readonly perProject: boolean;
  /** What the client is known to read; "jsonc" allows comments and trailing commas. */
  readonly syntax: "json" | "json with comments" | "jsonc" | "toml";
}

export const CLIENTS: Readonly<Record<ClientName, Client>> = {
  "claude-desktop": { title: "Claude Desktop", container: "mcpServers", perProject: false, syntax: "json" },
  "claude-code": { title: "Claude Code", container: "mcpServers", perProject: true, syntax: "json" },
  cursor: { title: "Cursor", container: "mcpServers", perProject: false, syntax: "json" },
  vscode: { title: "VS Code", container: "servers", perProject: true, syntax: "jsonc" },
  codex: { title: "Codex", container: "mcp_servers", perProject: false, syntax: "toml" },
  gemini: { title: "Gemini CLI", container: "mcpServers", perProject: false, syntax: "json with comments" },
};
