import { posix, win32 } from "node:path";
import type { ClientName } from "./clients.ts";

/** Everything that determines where files are, passed in so that every platform can be tested on any other. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
  /** Absolute path by which clients are to start Node. */
  readonly node: string;
}

/** The file from which a client reads its MCP servers. */
export function findConfigFile(client: ClientName, at: Surroundings): string {
  const { join } = pathsOf(at);
  switch (client) {
    case "claude-desktop":
      return join(applicationData(at), "Claude", "claude_desktop_config.json");
    case "claude-code":
      return join(at.cwd, ".mcp.json");
    case "cursor":
      return join(at.home, ".cursor", "mcp.json");
    case "vscode":
      return join(at.cwd, ".vscode", "mcp.json");
    case "codex":
      return join(at.env.CODEX_HOME || join(at.home, ".codex"), "config.toml");
    case "gemini":
      return join(at.home, ".gemini", "settings.json");
  }
}

/** Where to put the client secret for a client that cannot pass variables on. */
export function findSecretFile(at: Surroundings): string {
  const { join } = pathsOf(at);
  const folder = at.platform === "win32" ? applicationData(at) : configFolder(at);
  return join(folder, "c1-admin-mcp", "client-secret");
}

/** The settings of Claude Code that name servers of `.mcp.json`: the user's, the project's, and the user's for the project. */
export function findClaudeSettings(at: Surroundings): string[] {
  const { join } = pathsOf(at);
  const own = at.env.CLAUDE_CONFIG_DIR || join(at.home, ".claude");
  const inProject = ["settings.json", "settings.local.json"].map((name) => join(at.cwd, ".claude", name));
  return [join(own, "settings.json"), ...inProject];
}

function applicationData(at: Surroundings): string {
  const { join } = pathsOf(at);
  if (at.platform === "win32") return at.env.APPDATA || join(at.home, "AppData", "Roaming");
  return at.platform === "darwin" ? join(at.home, "Library", "Application Support") : configFolder(at);
}

function configFolder(at: Surroundings): string {
  return at.env.XDG_CONFIG_HOME || pathsOf(at).join(at.home, ".config");
}

function pathsOf({ platform }: Surroundings): typeof posix {
  return platform === "win32" ? win32 : posix;
}
