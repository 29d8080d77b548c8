import { posix, win32 } from "node:path";
import type { ClientName } from "./clients.ts";
import { DESKTOP_FILE, DISK, type Disk, findDesktopFile } from "./desktop-file.ts";

/** Everything that determines where files are, passed in so that every platform can be tested on any other. */
export interface Surroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
  /** Absolute path by which clients are to start Node. */
  readonly node: string;
  /** By default, the disk of this machine. */
  readonly disk?: Disk;
}

/** The file from which a client reads its MCP servers. */
export function findConfigFile(client: ClientName, at: Surroundings): string {
  const { join } = pathsOf(at);
  switch (client) {
    case "claude-desktop":
      return at.platform === "win32"
        ? findDesktopFile(usualDesktopFile(at), localData(at), at.disk ?? DISK)
        : usualDesktopFile(at);
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

/** The file that another installation of Claude Desktop reads, if there are two on Windows; only one file is written. */
export function findOtherDesktopFile(at: Surroundings): string | undefined {
  const usual = usualDesktopFile(at);
  if (findConfigFile("claude-desktop", at) === usual) return undefined;
  return (at.disk ?? DISK).changedAt(usual) === undefined ? undefined : usual;
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

function usualDesktopFile(at: Surroundings): string {
  return pathsOf(at).join(applicationData(at), "Claude", DESKTOP_FILE);
}

function applicationData(at: Surroundings): string {
  const { join } = pathsOf(at);
  if (at.platform === "win32") return at.env.APPDATA || join(at.home, "AppData", "Roaming");
  return at.platform === "darwin" ? join(at.home, "Library", "Application Support") : configFolder(at);
}

function localData(at: Surroundings): string {
  return at.env.LOCALAPPDATA || pathsOf(at).join(at.home, "AppData", "Local");
}

function configFolder(at: Surroundings): string {
  return at.env.XDG_CONFIG_HOME || pathsOf(at).join(at.home, ".config");
}

function pathsOf({ platform }: Surroundings): typeof posix {
  return platform === "win32" ? win32 : posix;
}
