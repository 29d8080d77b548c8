import { describe, expect, it } from "vitest";
import { CLIENT_NAMES } from "../../../src/init/clients.ts";
import { findConfigFile, findSecretFile, type Surroundings } from "../../../src/init/places.ts";

const LINUX: Surroundings = {
  platform: "linux",
  env: {},
  home: "/home/jane",
  cwd: "/srv/app",
  node: "/usr/bin/node",
};
const MAC: Surroundings = {
  platform: "darwin",
  env: {},
  home: "/Users/jane",
  cwd: "/srv/app",
  node: "/usr/local/bin/node",
};
const WINDOWS: Surroundings = {
  platform: "win32",
  env: { APPDATA: "D:\\Roaming" },
  home: "C:\\Users\\jane",
  cwd: "D:\\work\\app",
  node: "C:\\Program Files\\nodejs\\node.exe",
};

describe("where each client keeps its servers", () => {
  it.each([
    ["linux", LINUX, "/home/jane", "/srv/app", "/"],
    ["macOS", MAC, "/Users/jane", "/srv/app", "/"],
    ["Windows", WINDOWS, "C:\\Users\\jane", "D:\\work\\app", "\\"],
  ])("%s", (_name, at, home, cwd, separator) => {
    const path = (...parts: string[]) => parts.join(separator);
    const found = Object.fromEntries(CLIENT_NAMES.map((client) => [client, findConfigFile(client, at)]));
    expect(found).toMatchObject({
      "claude-code": path(cwd, ".mcp.json"),
      cursor: path(home, ".cursor", "mcp.json"),
      vscode: path(cwd, ".vscode", "mcp.json"),
      codex: path(home, ".codex", "config.toml"),
      gemini: path(home, ".gemini", "settings.json"),
    });
  });

  it.each([
    [LINUX, "/home/jane/.config/Claude/claude_desktop_config.json"],
    [{ ...LINUX, env: { XDG_CONFIG_HOME: "/xdg" } }, "/xdg/Claude/claude_desktop_config.json"],
    [MAC, "/Users/jane/Library/Application Support/Claude/claude_desktop_config.json"],
    [WINDOWS, "D:\\Roaming\\Claude\\claude_desktop_config.json"],
    [{ ...WINDOWS, env: {} }, "C:\\Users\\jane\\AppData\\Roaming\\Claude\\claude_desktop_config.json"],
  ])("Claude Desktop, %#", (at, path) => {
    expect(findConfigFile("claude-desktop", at)).toBe(path);
  });

  const ROAMING = "D:\\Roaming\\Claude\\claude_desktop_config.json";
  const PACKAGES = "C:\\Users\\jane\\AppData\\Local\\Packages";
  const packaged = (name: string) => `${PACKAGES}\\${name}\\LocalCache\\Roaming\\Claude`;
  const packagedFile = (name: string) => `${packaged(name)}\\claude_desktop_config.json`;

  /** A disk with the named packages, and with files and folders that were changed at these times. */
  const diskOf = (names: readonly string[], changed: Readonly<Record<string, number>>) => ({
    list: (folder: string) => (folder === PACKAGES ? names : []),
    changedAt: (path: string) => changed[path],
  });

  it.each<[string, readonly string[], Record<string, number>, string]>([
    ["no package", [], { [ROAMING]: 1 }, ROAMING],
    [
      "a package with a file of its own",
      ["Claude_abc"],
      { [packagedFile("Claude_abc")]: 1 },
      packagedFile("Claude_abc"),
    ],
    [
      "both files: a package reads its own",
      ["Claude_abc"],
      { [ROAMING]: 2, [packagedFile("Claude_abc")]: 1 },
      packagedFile("Claude_abc"),
    ],
    [
      "a package that has written none: it reads the usual file, whose other servers a new one would hide",
      ["Claude_abc"],
      { [ROAMING]: 1, [packaged("Claude_abc")]: 2 },
      ROAMING,
    ],
    [
      "a package, and no file yet",
      ["Claude_abc"],
      { [packaged("Claude_abc")]: 1 },
      packagedFile("Claude_abc"),
    ],
    ["a package that was never started", ["Claude_abc"], {}, ROAMING],
    [
      "two packages: the file that was changed last is in use",
      ["Claude_abc", "Claude_xyz"],
      { [packagedFile("Claude_abc")]: 1, [packagedFile("Claude_xyz")]: 2 },
      packagedFile("Claude_xyz"),
    ],
    [
      "packages of others",
      ["ClaudeNotes_abc", "Anthropic.Claude_abc"],
      { [packagedFile("ClaudeNotes_abc")]: 1, [packagedFile("Anthropic.Claude_abc")]: 1 },
      ROAMING,
    ],
  ])("Claude Desktop on Windows, %s", (_what, names, changed, path) => {
    expect(findConfigFile("claude-desktop", { ...WINDOWS, disk: diskOf(names, changed) })).toBe(path);
  });

  it("Codex may use another folder", () => {
    expect(findConfigFile("codex", { ...LINUX, env: { CODEX_HOME: "/opt/codex" } })).toBe(
      "/opt/codex/config.toml",
    );
  });

  it.each([
    [LINUX, "/home/jane/.config/c1-admin-mcp/client-secret"],
    [MAC, "/Users/jane/.config/c1-admin-mcp/client-secret"],
    [WINDOWS, "D:\\Roaming\\c1-admin-mcp\\client-secret"],
  ])("the secret's file, %#", (at, path) => {
    expect(findSecretFile(at)).toBe(path);
  });
});
