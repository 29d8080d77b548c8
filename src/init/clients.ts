/** The clients whose configuration `init` can write. */
export const CLIENT_NAMES = ["claude-desktop", "claude-code", "cursor", "vscode", "codex", "gemini"] as const;
export type ClientName = (typeof CLIENT_NAMES)[number];

export interface Client {
  /** Name for people. */
  readonly title: string;
  /** Where the entry goes in the file. */
  readonly container: "mcpServers" | "servers" | "mcp_servers";
  /** Whether the file belongs to the folder `init` is run in, and may be shared by its people. */
  readonly perProject: boolean;
}

export const CLIENTS: Readonly<Record<ClientName, Client>> = {
  "claude-desktop": { title: "Claude Desktop", container: "mcpServers", perProject: false },
  "claude-code": { title: "Claude Code", container: "mcpServers", perProject: true },
  cursor: { title: "Cursor", container: "mcpServers", perProject: false },
  vscode: { title: "VS Code", container: "servers", perProject: true },
  codex: { title: "Codex", container: "mcp_servers", perProject: false },
  gemini: { title: "Gemini CLI", container: "mcpServers", perProject: false },
};
